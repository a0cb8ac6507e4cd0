package dev.sallyport.identity.grant;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.ProtectedResource;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Those who decide held calls, each by a token of its own. Where any are named, nobody else
 * approves a call.
 *
 * @param names whom the configuration names; empty where it names nobody
 */
public record Approvers(Set<PrincipalId> names) {
  /** Nobody is named. */
  public static final Approvers NONE = new Approvers(Set.of());

  private static final String SUBJECT = "oidc://";

  public Approvers {
    names = Set.copyOf(names);
  }

  /**
   * Those of these names, each of the form that a policy has for whom it is.
   *
   * @throws IllegalArgumentException if one can be nobody's
   */
  public static Approvers named(Collection<String> written) {
    return new Approvers(
        written.stream().map(Approvers::name).collect(Collectors.toUnmodifiableSet()));
  }

  /** Whoever is named so that no token proves it would keep everybody else from approving. */
  private static PrincipalId name(String written) {
    var id = Names.workload(written);
    if (id.startsWith(SUBJECT) && !PrincipalId.isOfSubject(id)) {
      throw new IllegalArgumentException(
          "must be percent-encoded after oidc://ISSUER/, but for A-Z a-z 0-9 - . _ ~");
    }
    return new PrincipalId(id);
  }

  /** Whether anybody is named. */
  public boolean areNamed() {
    return !names.isEmpty();
  }

  /** Whether a principal, as it has proved itself, is one of them: none who acts for another. */
  public boolean include(Principal principal) {
    return names.contains(principal.id())
        && principal.delegation().isEmpty()
        && ProtectedResource.takes(ProtectedResource.CONTROL_PLANE, principal.resources());
  }

  /** Whether whoever has this name may approve a call that is not its own. */
  public boolean mayApprove(PrincipalId name) {
    return names.isEmpty() || names.contains(name);
  }
}
