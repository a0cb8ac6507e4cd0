package dev.sallyport.identity.oidc;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.token.Claims;
import dev.sallyport.identity.token.TokenFault;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The service accounts of a Kubernetes cluster that may call, by the tokens that it projects into
 * their pods. Those are bound to an audience and end; the older ones, kept as secrets for ever, are
 * not taken.
 *
 * @param namespaces those whose service accounts may call; never empty
 * @param spiffeId whom a service account stands for, with {@link #NAMESPACE} and {@link #ACCOUNT}
 *     in the place of its names
 */
public record ServiceAccountRules(Set<String> namespaces, String spiffeId) implements TokenRules {
  /** Stands for the namespace. */
  public static final String NAMESPACE = "{namespace}";

  /** Stands for the name of the service account. */
  public static final String ACCOUNT = "{serviceAccount}";

  /** The {@code typ} headers of its tokens: most have none. */
  static final Set<String> TYPES = Set.of("", "jwt");

  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
  private static final int MAX_NAME_LENGTH = 253;
  private static final String CLAIM = "kubernetes.io";

  public ServiceAccountRules {
    namespaces = Set.copyOf(namespaces);
    if (namespaces.isEmpty() || !namespaces.stream().allMatch(ServiceAccountRules::isLabel)) {
      throw new IllegalArgumentException(
          "kubernetes.namespaces must hold names of namespaces, such as [agents]");
    }
  }

  private static boolean isLabel(String text) {
    return LABEL.matcher(text).matches();
  }

  /** Whom a token names. */
  PrincipalId principal(Claims claims, String subject) {
    var namespace = claims.textWithin(CLAIM, "namespace").orElse("");
    var account = claims.textWithin(CLAIM, "serviceaccount", "name").orElse("");
    if (!isLabel(namespace)
        || account.length() > MAX_NAME_LENGTH
        || !NAME.matcher(account).matches()) {
      throw new TokenFault("not_a_service_account");
    }
    if (!subject.equals("system:serviceaccount:" + namespace + ":" + account)) {
      throw new TokenFault("bad_subject");
    }
    if (!namespaces.contains(namespace)) {
      throw new TokenFault("namespace_not_allowed");
    }
    return new PrincipalId(spiffeId.replace(NAMESPACE, namespace).replace(ACCOUNT, account));
  }
}
