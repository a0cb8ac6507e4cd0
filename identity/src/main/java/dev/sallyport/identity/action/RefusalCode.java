package dev.sallyport.identity.action;

import java.util.Locale;

/** Every reason for which a call does not go on: a stable code, an HTTP status, and advice. */
public enum RefusalCode {
  MALFORMED_REQUEST(400, "The request is not well formed. Check its syntax and try again."),
  INVALID_REQUEST(400, "The request cannot be done as it stands. Change it and try again."),
  INVALID_ARGUMENTS(
      400, "The arguments do not fit the tool's input schema. Read the schema and try again."),
  HEADER_MISMATCH(
      400, "A header does not say what the body says. Repeat in it just what stands in the body."),
  UNKNOWN_REFERENCE(
      400,
      "An argument holds a reference that this turn does not hold. Use a reference exactly as it"
          + " was given in this turn."),
  CONTEXT_LENGTH_EXCEEDED(
      400, "The request is longer than the model takes. Shorten it and try again."),
  CONTENT_POLICY_VIOLATION(
      400, "The provider's content policy does not allow the request. Change it and try again."),
  UNAUTHENTICATED(
      401, "Send one bearer token: a JWT-SVID, an access token of a known issuer or a key."),
  INSUFFICIENT_USER_AUTHENTICATION(
      401,
      "The user of your access token must sign in anew for this call. Get a token by which that"
          + " is so, and make the call again."),
  USE_DPOP_NONCE(401, "Make the proof of your key anew, with the nonce that DPoP-Nonce gives."),
  BUDGET_EXHAUSTED(
      402,
      "Your budget does not cover what this call could cost. Ask for less output, wait until it"
          + " renews, or ask for a higher budget."),
  FORBIDDEN(403, "This is not permitted. Ask your security team for a grant."),
  INSUFFICIENT_SCOPE(
      403,
      "Your access token lacks a scope that this call needs. Get one with it, and make the call"
          + " again."),
  APPROVAL_REQUIRED(
      403, "A person must approve this call. Make the very same call again once that is done."),
  APPROVAL_REJECTED(403, "A person rejected this call. Ask your security team before a new one."),
  APPROVAL_WITHDRAWN(403, "You withdrew this call. Make it again if it is still wanted."),
  APPROVAL_EXPIRED(403, "The approval of this call was not given or not used in time."),
  FLOW_REFUSED(
      403, "What this call carries may not go there. Do one of the remedies, or leave it."),
  UNKNOWN_TOOL(
      404, "You have no tool of that name. List the tools to see yours, or ask for a grant."),
  UNKNOWN_PROMPT(
      404, "You have no prompt of that name. List the prompts to see yours, or ask for a grant."),
  UNKNOWN_URI(
      404,
      "You have nothing to read by that URI. List the resources to see yours, or ask for a"
          + " grant."),
  UNKNOWN_MODEL(
      404, "You have no model of that name. List the models to see yours, or ask for a grant."),
  UNKNOWN_SERVER(404, "You have no server of that name."),
  UNKNOWN_TASK(
      404,
      "You have no task of that name. Use the name that the call gave by which it began, at the"
          + " same path."),
  UNKNOWN_TURN(
      404, "You have no turn of that name. Leave the turn out to use the one that is yours."),
  UNKNOWN_SESSION(404, "You have no session of that name. Begin again with initialize."),
  UNKNOWN_RESOURCE(404, "There is no resource of that kind and name."),
  UNKNOWN_PATH(404, "There is nothing at this path."),
  METHOD_NOT_ALLOWED(405, "This path does not take that method."),
  CONFLICT(409, "Something else changed first. Read the present state and try again."),
  INVALID_RESOURCE(422, "The resources do not hold together. Mend each mistake and try again."),
  REQUEST_TOO_LARGE(413, "The request is larger than this gateway takes."),
  UNSUPPORTED_MEDIA_TYPE(415, "The body must be JSON. Send Content-Type: application/json."),
  RATE_LIMITED(429, "Too many calls at once. Wait and try again."),
  TOOL_CALLS_EXHAUSTED(
      429, "This turn has made all the tool calls that it may. Go on in a new turn."),
  INTERNAL(500, "Sallyport failed. Give the call id to whoever runs it."),
  UPSTREAM_REJECTED(502, "The upstream did not accept the call."),
  UPSTREAM_UNAVAILABLE(502, "The upstream cannot be reached or broke off. Try again later."),
  UPSTREAM_MALFORMED(502, "The upstream gave an answer that is not valid."),
  RESULT_TOO_LARGE(502, "The upstream's answer is larger than this gateway takes."),
  CREDENTIAL_UNAVAILABLE(
      503, "The credential for this call cannot be used now. Tell whoever runs Sallyport."),
  UPSTREAM_OVERLOADED(503, "The upstream has too much to do. Wait and try again."),
  EVIDENCE_UNAVAILABLE(
      503, "Nothing can be done while evidence cannot be written. Tell whoever runs Sallyport."),
  UNAVAILABLE(503, "This cannot be done now. Try again later."),
  UPSTREAM_TIMEOUT(504, "The upstream did not answer in time.");

  private final int status;
  private final String advice;

  RefusalCode(int status, String advice) {
    this.status = status;
    this.advice = advice;
  }

  /** The stable name, such as {@code unknown_tool}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The HTTP status that says the same. */
  public int status() {
    return status;
  }

  /** What a caller can do about it. */
  public String advice() {
    return advice;
  }
}
