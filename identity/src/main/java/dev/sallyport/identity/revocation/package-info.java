/**
 * How those are kept out who were let in before. Start with {@link
 * dev.sallyport.identity.revocation.Standing}.
 */
@NullMarked
package dev.sallyport.identity.revocation;

import org.jspecify.annotations.NullMarked;
