/**
 * Which deployment is asked when, and what is done when one fails. Start with {@link
 * dev.sallyport.llm.route.Health} and {@link dev.sallyport.llm.route.Tries}.
 */
@NullMarked
package dev.sallyport.llm.route;

import org.jspecify.annotations.NullMarked;
