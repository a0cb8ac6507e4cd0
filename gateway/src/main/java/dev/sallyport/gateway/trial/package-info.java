/** The product in a process of its own, and a workload to call it: for benchmarks and trials. */
@NullMarked
package dev.sallyport.gateway.trial;

import org.jspecify.annotations.NullMarked;
