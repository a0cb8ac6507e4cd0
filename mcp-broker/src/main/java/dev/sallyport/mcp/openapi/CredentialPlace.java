package dev.sallyport.mcp.openapi;

/**
 * Where a server's credential goes in each request.
 *
 * @param header the name of the header
 * @param bearer whether it goes there as a bearer token; otherwise it is the whole value, which
 *     only its administrator knows the form of
 */
public record CredentialPlace(String header, boolean bearer) {
  /** Not known yet: taken for the right one. */
  public static final CredentialPlace UNKNOWN = new CredentialPlace("", false);

  /** Where a bare secret goes. */
  public static final CredentialPlace BEARER = new CredentialPlace("Authorization", true);
}
