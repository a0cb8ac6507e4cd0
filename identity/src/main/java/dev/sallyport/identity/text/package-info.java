/** What a person sees of a text. Start with {@link dev.sallyport.identity.text.Unseen}. */
@NullMarked
package dev.sallyport.identity.text;

import org.jspecify.annotations.NullMarked;
