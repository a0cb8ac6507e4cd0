package dev.sallyport.llm.kit;

import java.util.function.Function;

/**
 * A path at which a provider answers without a model speaking.
 *
 * @param dialect how it lets in and how it refuses
 * @param answer what it answers; throws an {@link Objection} to what it does not take
 */
record Side(Dialect dialect, Function<Received, Played> answer) {}
