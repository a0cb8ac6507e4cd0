package dev.sallyport.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A caller whose identity was verified.
 *
 * @param id who it is
 * @param method how it proved that
 * @param authority who vouched: the trust domain, the issuer or the virtual key, by resource name
 * @param expiresAt the first moment at which the proof no longer holds
 * @param confirmation what the proof is bound to
 * @param scopes what its token was given for; empty where its proof knows none
 * @param resources the paths that its token may be sent to, such as {@code /mcp/crm}; empty where
 *     it may be sent to all but the control plane
 * @param delegation on whose behalf it acts; empty if on its own
 * @param signIn how the user of its token signed in; unknown where its proof does not say
 */
public record Principal(
    PrincipalId id,
    AuthenticationMethod method,
    String authority,
    Instant expiresAt,
    Confirmation confirmation,
    Set<String> scopes,
    Set<String> resources,
    Optional<Delegation> delegation,
    SignIn signIn) {
  public Principal {
    scopes = Set.copyOf(scopes);
    resources = Set.copyOf(resources);
  }

  /** A principal by a proof that may be sent to every path. */
  public Principal(
      PrincipalId id,
      AuthenticationMethod method,
      String authority,
      Instant expiresAt,
      Confirmation confirmation,
      Set<String> scopes,
      Optional<Delegation> delegation) {
    this(
        id,
        method,
        authority,
        expiresAt,
        confirmation,
        scopes,
        Set.of(),
        delegation,
        SignIn.UNKNOWN);
  }

  /** A principal that acts on its own, by a proof that is bound to nothing and has no scopes. */
  public Principal(
      PrincipalId id, AuthenticationMethod method, String authority, Instant expiresAt) {
    this(id, method, authority, expiresAt, Confirmation.NONE, Set.of(), Optional.empty());
  }

  /** Whose is what is kept for this principal between its requests. */
  public Owner owner() {
    return new Owner(id, delegation.map(Delegation::user));
  }

  /** This principal, by a proof that holds no longer than until then. */
  public Principal until(Instant end) {
    return expiresAt.isAfter(end)
        ? new Principal(
            id, method, authority, end, confirmation, scopes, resources, delegation, signIn)
        : this;
  }

  /** This principal, whose user signed in like this. */
  public Principal signedIn(SignIn how) {
    return new Principal(
        id, method, authority, expiresAt, confirmation, scopes, resources, delegation, how);
  }

  /** This principal, by a proof that may be sent to these paths; to all where there are none. */
  public Principal within(Set<String> paths) {
    return new Principal(
        id, method, authority, expiresAt, confirmation, scopes, paths, delegation, signIn);
  }

  /** Sallyport itself, in the named part; it needs no proof and its proof never ends. */
  public static Principal internal(String part) {
    return new Principal(
        new PrincipalId("sallyport:" + part),
        AuthenticationMethod.INTERNAL,
        "sallyport",
        Instant.MAX);
  }
}
