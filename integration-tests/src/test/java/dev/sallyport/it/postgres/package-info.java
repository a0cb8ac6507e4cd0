/**
 * The suites of the stores, and the whole gateway, on PostgreSQL. Start with {@link
 * dev.sallyport.it.postgres.TestingPostgres}.
 */
@NullMarked
package dev.sallyport.it.postgres;

import org.jspecify.annotations.NullMarked;
