package dev.sallyport.sandbox.contract;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What may go into the arguments of a tool.
 *
 * @param byPath the rule of each that has one, in their order
 * @param audienceFrom the arguments that say whom a call reaches
 */
public record ArgumentRules(
    Map<ArgumentPath, ArgumentRule> byPath, List<ArgumentPath> audienceFrom) {
  /** Anything may go in, and none says whom a call reaches. */
  public static final ArgumentRules NONE = new ArgumentRules(Map.of(), List.of());

  private static final int MAX_RULES = 128;

  public ArgumentRules {
    byPath = Collections.unmodifiableMap(new LinkedHashMap<>(byPath));
    audienceFrom = List.copyOf(audienceFrom);
    if (byPath.size() > MAX_RULES || audienceFrom.size() > MAX_RULES) {
      throw new IllegalArgumentException(
          "at most %d arguments have rules: %d"
              .formatted(MAX_RULES, Math.max(byPath.size(), audienceFrom.size())));
    }
    if (audienceFrom.stream().distinct().count() != audienceFrom.size()) {
      throw new IllegalArgumentException("audience_from says an argument twice: " + audienceFrom);
    }
  }
}
