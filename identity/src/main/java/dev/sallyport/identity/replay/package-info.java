/**
 * Decisions made again: from what evidence holds of them, with policies that are not in force yet.
 * Start with {@link dev.sallyport.identity.replay.Replay}.
 */
@NullMarked
package dev.sallyport.identity.replay;

import org.jspecify.annotations.NullMarked;
