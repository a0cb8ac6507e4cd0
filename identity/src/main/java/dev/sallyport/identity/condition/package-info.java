/**
 * Conditions of policies, in CEL. Start with {@link
 * dev.sallyport.identity.condition.ConditionCompiler}.
 */
@NullMarked
package dev.sallyport.identity.condition;

import org.jspecify.annotations.NullMarked;
