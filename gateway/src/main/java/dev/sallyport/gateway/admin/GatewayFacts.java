package dev.sallyport.gateway.admin;

import java.net.URI;
import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a gateway tells of itself.
 *
 * @param data where agents connect, once that is known
 * @param admin where administrators connect, once that is known
 * @param records how many records of evidence were written since the start
 */
public record GatewayFacts(
    String version,
    Instant startedAt,
    Supplier<URI> data,
    Supplier<URI> admin,
    LongSupplier records) {}
