/**
 * Agents that act on behalf of users: what says so, and the exchange of a user's token for one that
 * does. Start with {@link dev.sallyport.identity.delegation.TokenExchange}.
 */
@NullMarked
package dev.sallyport.identity.delegation;

import org.jspecify.annotations.NullMarked;
