package dev.sallyport.identity.grant;

import dev.sallyport.identity.grant.Ruling.Denied;
import dev.sallyport.identity.grant.Ruling.Granted;
import dev.sallyport.identity.grant.Ruling.Held;
import dev.sallyport.identity.grant.Ruling.NotGranted;
import java.util.Map;
import java.util.Optional;

/**
 * What one policy says of one resource.
 *
 * @param allowed the rule's pointer by action
 * @param held by action, what a person must approve
 * @param denied the rule's pointer by action
 */
record ResourceRules(
    Map<String, String> allowed, Map<String, Held> held, Map<String, String> denied) {
  ResourceRules {
    allowed = Map.copyOf(allowed);
    held = Map.copyOf(held);
    denied = Map.copyOf(denied);
  }

  /** A denial stands above every grant, and so does the want of an approval. */
  Ruling rule(String action) {
    var denial = find(denied, action);
    if (!denial.isEmpty()) {
      return new Denied(denial);
    }
    var grant = find(allowed, action);
    if (grant.isEmpty()) {
      return new NotGranted("action_not_granted");
    }
    var hold = Optional.ofNullable(held.getOrDefault(action, held.get(Names.ANY)));
    return hold.<Ruling>map(wanted -> wanted).orElseGet(() -> new Granted(grant));
  }

  private static String find(Map<String, String> rules, String action) {
    var exact = rules.get(action);
    return exact != null ? exact : rules.getOrDefault(Names.ANY, "");
  }
}
