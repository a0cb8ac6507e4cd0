package dev.sallyport.llm.catalog;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Somebody who serves models.
 *
 * @param base what the protocol's paths are added to, without a slash at its end
 * @param credential the name of the credential to lend; empty for a provider that wants none
 * @param timeout the longest silence that is waited for
 */
public record Provider(
    String name, Protocol protocol, URI base, Optional<String> credential, Duration timeout) {}
