package dev.sallyport.llm.spi;

import java.time.Instant;

/**
 * What an adapter is told of the deployment that a request goes to.
 *
 * @param upstreamModel the provider's name of the model
 * @param maxOutputTokens how many tokens an answer may have if the caller does not say
 * @param limited whether the provider must be told that number where the caller says none
 * @param at when the attempt began
 */
public record Attempt(String upstreamModel, int maxOutputTokens, boolean limited, Instant at) {}
