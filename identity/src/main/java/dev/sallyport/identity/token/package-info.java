/**
 * What all signed tokens have in common: their form, their keys, their times, and the memory of
 * those that held. Start with {@link dev.sallyport.identity.token.CompactToken}.
 */
@NullMarked
package dev.sallyport.identity.token;

import org.jspecify.annotations.NullMarked;
