/**
 * What stands between a model and a client that runs tools of its own. Start with {@link
 * dev.sallyport.llm.dialogue.Dialogue}.
 */
@NullMarked
package dev.sallyport.llm.dialogue;

import org.jspecify.annotations.NullMarked;
