/**
 * Who may do what: agent policies and tool bindings, and the authority that decides by them. Start
 * with {@link dev.sallyport.identity.grant.GrantAuthority}.
 */
@NullMarked
package dev.sallyport.identity.grant;

import org.jspecify.annotations.NullMarked;
