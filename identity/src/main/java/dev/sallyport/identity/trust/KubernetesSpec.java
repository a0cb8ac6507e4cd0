package dev.sallyport.identity.trust;

import dev.sallyport.identity.key.KeyHolder;
import dev.sallyport.identity.oidc.ServiceAccountRules;
import io.spiffe.exception.InvalidSpiffeIdException;
import io.spiffe.spiffeid.SpiffeId;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The service accounts of a Kubernetes cluster.
 *
 * @param spiffeId whom each stands for: a SPIFFE ID in whose path one segment is {@code
 *     {namespace}} and a later one is {@code {serviceAccount}}
 * @param namespaces those whose service accounts may call
 */
record KubernetesSpec(String spiffeId, List<String> namespaces) {
  private static final int MAX_LENGTH = 1_024;
  private static final Pattern FIXED_DOMAIN = Pattern.compile("spiffe://[^/{}]+/.+");

  KubernetesSpec {
    Specs.required("kubernetes.spiffeId", spiffeId);
    if (spiffeId.length() > MAX_LENGTH
        || !FIXED_DOMAIN.matcher(spiffeId).matches()
        || isNotOneSegment(spiffeId, ServiceAccountRules.NAMESPACE)
        || isNotOneSegment(spiffeId, ServiceAccountRules.ACCOUNT)
        || !isWorkload(sample(spiffeId))) {
      throw new IllegalArgumentException(
          "kubernetes.spiffeId must be such as"
              + " spiffe://prod/ns/{namespace}/sa/{serviceAccount}, outside "
              + KeyHolder.OWN_DOMAIN
              + ": "
              + spiffeId);
    }
    namespaces = namespaces == null ? List.of() : List.copyOf(namespaces);
    var _ = new ServiceAccountRules(Set.copyOf(namespaces), spiffeId);
  }

  private static boolean isNotOneSegment(String template, String placeholder) {
    return List.of(template.split("/", -1)).stream().filter(placeholder::equals).count() != 1;
  }

  private static String sample(String template) {
    return template
        .replace(ServiceAccountRules.NAMESPACE, "n")
        .replace(ServiceAccountRules.ACCOUNT, "a");
  }

  private static boolean isWorkload(String text) {
    try {
      var id = SpiffeId.parse(text);
      return id.toString().equals(text) && !KeyHolder.isOwn(id.getTrustDomain().getName());
    } catch (InvalidSpiffeIdException | IllegalArgumentException _) {
      return false;
    }
  }

  ServiceAccountRules rules() {
    return new ServiceAccountRules(Set.copyOf(namespaces), spiffeId);
  }
}
