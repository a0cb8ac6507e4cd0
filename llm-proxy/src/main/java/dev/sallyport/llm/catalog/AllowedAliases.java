package dev.sallyport.llm.catalog;

import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.ResourceSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What policies allow that there is not: it may be misspelled, or come later. */
final class AllowedAliases {
  private static final String POLICY = "AgentPolicy";
  private static final String ALL = "*";

  private AllowedAliases() {}

  /** One for each alias that a policy allows, and that no deployment has. */
  static List<Mistake> doubts(ResourceSet all, Set<String> aliases) {
    var doubts = new ArrayList<Mistake>();
    for (var policy : all.of(POLICY)) {
      var allowed = policy.spec().at("/models/allow");
      for (int i = 0; i < allowed.size(); i++) {
        var alias = allowed.path(i).asText();
        if (!alias.equals(ALL) && !aliases.contains(alias)) {
          doubts.add(
              new Mistake(
                  policy.key(),
                  "/spec/models/allow/" + i,
                  "no Deployment has the alias %s: until one has, this allows nothing"
                      .formatted(alias)));
        }
      }
    }
    return doubts;
  }
}
