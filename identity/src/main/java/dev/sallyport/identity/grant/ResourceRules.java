package dev.sallyport.identity.grant;

import dev.sallyport.identity.grant.Ruling.Denied;
import dev.sallyport.identity.grant.Ruling.Granted;
import dev.sallyport.identity.grant.Ruling.NotGranted;
import java.util.Map;

/**
 * What one policy says of one resource.
 *
 * @param allowed the rule's pointer by action
 * @param denied the rule's pointer by action
 */
record ResourceRules(Map<String, String> allowed, Map<String, String> denied) {
  ResourceRules {
    allowed = Map.copyOf(allowed);
    denied = Map.copyOf(denied);
  }

  /** A denial stands above every grant. */
  Ruling rule(String action) {
    var denial = find(denied, action);
    if (!denial.isEmpty()) {
      return new Denied(denial);
    }
    var grant = find(allowed, action);
    return grant.isEmpty() ? new NotGranted("action_not_granted") : new Granted(grant);
  }

  private static String find(Map<String, String> rules, String action) {
    var exact = rules.get(action);
    return exact != null ? exact : rules.getOrDefault(Names.ANY, "");
  }
}
