/** The forms in which callers talk. Start with {@link dev.sallyport.llm.skin.Skin}. */
@NullMarked
package dev.sallyport.llm.skin;

import org.jspecify.annotations.NullMarked;
