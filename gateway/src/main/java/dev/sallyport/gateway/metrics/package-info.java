/** What is counted, for Prometheus. Start with {@link dev.sallyport.gateway.metrics.Metrics}. */
@NullMarked
package dev.sallyport.gateway.metrics;

import org.jspecify.annotations.NullMarked;
