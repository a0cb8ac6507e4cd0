/**
 * Google's generateContent, as the Gemini API and Vertex AI serve it. Start with {@link
 * dev.sallyport.llm.gemini.GeminiAdapter}.
 */
@NullMarked
package dev.sallyport.llm.gemini;

import org.jspecify.annotations.NullMarked;
