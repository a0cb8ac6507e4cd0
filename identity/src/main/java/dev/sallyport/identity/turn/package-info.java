/**
 * The turn, the unit of trust, minted and kept on this side. Start with {@link
 * dev.sallyport.identity.turn.Turns}.
 */
@NullMarked
package dev.sallyport.identity.turn;

import org.jspecify.annotations.NullMarked;
