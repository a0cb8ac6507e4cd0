/**
 * What one step of a request costs, measured by JMH. Start with {@link
 * dev.sallyport.it.micro.MicroBenchmarks}.
 */
@NullMarked
package dev.sallyport.it.micro;

import org.jspecify.annotations.NullMarked;
