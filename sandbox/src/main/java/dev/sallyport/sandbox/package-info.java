/** How untrusted content and untrusted code are contained. */
@NullMarked
package dev.sallyport.sandbox;

import org.jspecify.annotations.NullMarked;
