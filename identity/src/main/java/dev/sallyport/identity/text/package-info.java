/**
 * What a person sees of a text, and a parser of its bytes. Start with {@link
 * dev.sallyport.identity.text.Unseen}.
 */
@NullMarked
package dev.sallyport.identity.text;

import org.jspecify.annotations.NullMarked;
