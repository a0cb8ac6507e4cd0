/**
 * The one way out: requests to upstreams, with what was lent put in and taken out of the answer.
 * Start with {@link dev.sallyport.vault.egress.EgressClient}.
 */
@NullMarked
package dev.sallyport.vault.egress;

import org.jspecify.annotations.NullMarked;
