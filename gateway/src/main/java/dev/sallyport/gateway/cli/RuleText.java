package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Rules of policies in one line, with their place in a file where one was given. */
final class RuleText {
  private final Optional<ResourceFiles> files;

  RuleText(Optional<ResourceFiles> files) {
    this.files = files;
  }

  /** Such as {@code ci@3f2a91c0b7de /spec/tools/0}, of a policy as it was once. */
  static String ofOld(JsonNode named) {
    return new RuleText(Optional.empty()).of(named);
  }

  /** Such as {@code ci@3f2a91c0b7de /spec/tools/0/actions/0 (ci.yaml:7)}. */
  String of(JsonNode named) {
    if (!named.has("policy")) {
      return "-";
    }
    var policy = named.path("policy").asText();
    var rule = named.path("rule").asText();
    var place = files.flatMap(read -> read.place("AgentPolicy", policy, rule));
    return (policy + "@" + named.path("policyVersion").asText() + " " + rule).strip()
        + place.map(line -> " (" + line + ")").orElse("");
  }
}
