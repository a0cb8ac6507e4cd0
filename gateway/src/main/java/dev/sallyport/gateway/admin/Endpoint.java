package dev.sallyport.gateway.admin;

import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.identity.resource.InvalidResourcesException;

/** One thing that administrators can ask for. Parses, calls one method, renders. */
@FunctionalInterface
interface Endpoint {
  /**
   * Answers.
   *
   * @throws dev.sallyport.identity.action.Refusal if it cannot be done
   */
  Answer answer(Asked asked) throws InvalidDocumentsException, InvalidResourcesException;
}
