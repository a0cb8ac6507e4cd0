package dev.sallyport.llm.route;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known when a call is about to choose whom it asks.
 *
 * @param now the moment whose prices hold
 * @param serviceTier the one that the call asks for, whose prices hold
 * @param speeds how quick the deployments were of late
 */
public record Moment(Instant now, Optional<String> serviceTier, Speeds speeds) {}
