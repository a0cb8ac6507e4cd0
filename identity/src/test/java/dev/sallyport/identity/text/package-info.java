/** Tests of what a person sees of a text. */
@NullMarked
package dev.sallyport.identity.text;

import org.jspecify.annotations.NullMarked;
