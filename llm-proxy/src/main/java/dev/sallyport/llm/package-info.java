/** llm-proxy. */
@NullMarked
package dev.sallyport.llm;

import org.jspecify.annotations.NullMarked;
