/**
 * The one way every action goes: decided, written down, done, written down again. Start with {@link
 * dev.sallyport.identity.action.ActionPath}.
 */
@NullMarked
package dev.sallyport.identity.action;

import org.jspecify.annotations.NullMarked;
