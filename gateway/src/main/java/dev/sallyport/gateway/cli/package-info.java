/** The commands of the product. Start with {@link dev.sallyport.gateway.cli.CommandRunner}. */
@NullMarked
package dev.sallyport.gateway.cli;

import org.jspecify.annotations.NullMarked;
