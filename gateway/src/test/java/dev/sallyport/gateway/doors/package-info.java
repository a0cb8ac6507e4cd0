/** Tests that every door decides the same. */
@NullMarked
package dev.sallyport.gateway.doors;

import org.jspecify.annotations.NullMarked;
