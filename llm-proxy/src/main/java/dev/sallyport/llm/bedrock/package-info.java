/**
 * The Converse form of Amazon Bedrock, to and from OpenAI's chat. Start with {@link
 * dev.sallyport.llm.bedrock.BedrockAdapter}.
 */
@NullMarked
package dev.sallyport.llm.bedrock;

import org.jspecify.annotations.NullMarked;
