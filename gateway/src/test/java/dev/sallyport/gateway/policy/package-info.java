/** Tests of policies as a whole: a table of decisions, and what becomes of it by wrong policies. */
@NullMarked
package dev.sallyport.gateway.policy;

import org.jspecify.annotations.NullMarked;
