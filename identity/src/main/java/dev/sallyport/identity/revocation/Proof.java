package dev.sallyport.identity.revocation;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Principal;
import java.util.function.Supplier;

/**
 * What let a caller in.
 *
 * @param principal whom it proved
 * @param again what would become of it now
 */
record Proof(Principal principal, Supplier<Authentication> again) {}
