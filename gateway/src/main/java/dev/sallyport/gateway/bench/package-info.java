/**
 * How fast the product is, against a direct call and a plain reverse proxy in the same run. Start
 * with {@link dev.sallyport.gateway.bench.BenchCommand}.
 */
@NullMarked
package dev.sallyport.gateway.bench;

import org.jspecify.annotations.NullMarked;
