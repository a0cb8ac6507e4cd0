package dev.sallyport.vault;

import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Permit;

/** Lends secrets, each for one permitted call and one destination. Thread-safe. */
public interface Vault {
  /**
   * Says which value of a credential would go to a destination, without opening it.
   *
   * @throws dev.sallyport.identity.action.Refusal with CREDENTIAL_UNAVAILABLE if there is no such
   *     credential or it is not bound to the destination
   */
  CredentialUse plan(String credential, Destination destination);

  /**
   * Opens a secret for one call.
   *
   * @param permit under way, and naming the use among its action's credentials
   * @param form how the destination wants it
   * @throws dev.sallyport.identity.action.Refusal with CREDENTIAL_UNAVAILABLE if it cannot be lent
   */
  Lent lend(Permit permit, CredentialUse use, Injection form);
}
