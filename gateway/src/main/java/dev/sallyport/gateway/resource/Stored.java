package dev.sallyport.gateway.resource;

import dev.sallyport.identity.resource.Resource;
import java.time.Instant;

/**
 * A resource as it stands.
 *
 * @param version counted from 1; grows with each change, also over a deletion
 * @param changedBy who made this version
 */
public record Stored(Resource resource, long version, Instant changedAt, String changedBy) {}
