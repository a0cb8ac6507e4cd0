/**
 * Who is calling: one {@link dev.sallyport.identity.Principal} whatever the proof was. Start with
 * {@link dev.sallyport.identity.Authenticator}.
 */
@NullMarked
package dev.sallyport.identity;

import org.jspecify.annotations.NullMarked;
