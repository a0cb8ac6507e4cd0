/**
 * What models thought before they called a tool, kept for the clients that do not send it back.
 * Start with {@link dev.sallyport.llm.reasoning.ReasoningMemory}.
 */
@NullMarked
package dev.sallyport.llm.reasoning;

import org.jspecify.annotations.NullMarked;
