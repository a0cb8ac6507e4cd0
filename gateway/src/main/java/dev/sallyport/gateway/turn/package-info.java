/**
 * How a whole agent turn runs: model and tools alternate until the answer is there. Start with
 * {@link dev.sallyport.gateway.turn.TurnLoop}.
 */
@NullMarked
package dev.sallyport.gateway.turn;

import org.jspecify.annotations.NullMarked;
