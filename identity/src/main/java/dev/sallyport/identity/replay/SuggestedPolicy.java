package dev.sallyport.identity.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A policy that was made from evidence, for a person to read, change and apply.
 *
 * @param standing the policy that it would replace
 * @param models how often each was called
 * @param bindings by server, what must be bound since policies have no word for it
 * @param denied what was denied, and how often
 * @param calls from how many decisions it was made
 */
public record SuggestedPolicy(
    PrincipalId principal,
    Optional<Resource> standing,
    Map<String, Long> models,
    List<Rule> rules,
    Map<String, ObjectNode> bindings,
    Map<String, Long> denied,
    long calls) {
  private static final String KIND = "AgentPolicy";
  private static final String BINDING = "ToolBinding";
  private static final Set<String> OWN = Set.of("identity", "models", "tools");

  public SuggestedPolicy {
    models = new TreeMap<>(models);
    rules = List.copyOf(rules);
    bindings = new TreeMap<>(bindings);
    denied = new TreeMap<>(denied);
  }

  /**
   * What was used of one resource.
   *
   * @param approve whether a person had to approve it
   * @param condition what the arguments of all calls fulfilled, in CEL
   * @param held how many of the calls were held
   */
  public record Rule(
      String resource,
      String action,
      boolean approve,
      Optional<String> condition,
      long calls,
      long held) {}

  /** All of it as resources. */
  public List<Resource> resources() {
    var resources = new ArrayList<Resource>();
    resources.add(new Resource(Resource.API_VERSION, KIND, name(), Map.of(), spec()));
    bindings.forEach((server, spec) ->
        resources.add(
            new Resource(Resource.API_VERSION, BINDING, bindingName(server), Map.of(), spec)));
    return resources;
  }

  private String name() {
    return standing.map(Resource::name).orElseGet(() -> "suggested-" + lastName());
  }

  private String lastName() {
    var id = principal.value();
    var last =
        id.substring(id.lastIndexOf('/') + 1)
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    return last.isEmpty() ? "agent" : last.substring(0, Math.min(last.length(), 40));
  }

  private static String bindingName(String server) {
    return "suggested-" + server.substring(0, Math.min(server.length(), 40));
  }

  private ObjectNode spec() {
    var spec = JsonNodeFactory.instance.objectNode();
    spec.putObject("identity").setAll(identity());
    if (!models.isEmpty()) {
      var written = spec.putObject("models");
      models.keySet().forEach(written.putArray("allow")::add);
      budget().ifPresent(budget -> written.set("budget", budget));
    }
    if (!rules.isEmpty()) {
      var tools = spec.putArray("tools");
      rules.forEach(rule -> tools.add(written(rule)));
    }
    other().forEach(spec::set);
    return spec;
  }

  private ObjectNode identity() {
    return standing
        .map(policy -> policy.spec().path("identity"))
        .filter(ObjectNode.class::isInstance)
        .map(identity -> (ObjectNode) identity)
        .orElseGet(() -> JsonNodeFactory.instance.objectNode().put("workload", principal.value()));
  }

  private Optional<JsonNode> budget() {
    return standing
        .map(policy -> policy.spec().path("models").path("budget"))
        .filter(JsonNode::isObject);
  }

  /** The other terms of the policy that it would replace. */
  private Map<String, JsonNode> other() {
    var other = new TreeMap<String, JsonNode>();
    standing.ifPresent(policy ->
        policy
            .spec()
            .properties()
            .forEach(field -> {
              if (!OWN.contains(field.getKey())) {
                other.put(field.getKey(), field.getValue());
              }
            }));
    return other;
  }

  private static ObjectNode written(Rule rule) {
    var written = JsonNodeFactory.instance.objectNode().put("resource", rule.resource());
    written.putArray("actions").add(rule.action());
    if (rule.approve()) {
      written.putArray("approve").add(rule.action());
    }
    rule.condition().ifPresent(condition -> written.put("when", condition));
    return written;
  }

  /** All of it as a file to apply, with what was seen in comments. */
  public String yaml() {
    var yaml = new StringBuilder();
    line(yaml, "# Made from %d recorded decisions of %s.".formatted(calls, principal.value()));
    line(yaml, "# It grants what was allowed, and no more. Read it before it is applied.");
    head(yaml, KIND, name());
    line(yaml, "  identity: %s".formatted(identity()));
    if (!models.isEmpty()) {
      line(yaml, "  models:");
      line(yaml, "    allow:");
      models.forEach((alias, count) ->
          line(yaml, "      - %s  # %d calls".formatted(TextNode.valueOf(alias), count)));
      budget().ifPresent(budget -> line(yaml, "    budget: %s".formatted(budget)));
    }
    if (!rules.isEmpty()) {
      line(yaml, "  tools:");
      rules.forEach(rule -> addRule(yaml, rule));
    }
    other().forEach((field, value) -> line(yaml, "  %s: %s".formatted(field, value)));
    denied.forEach(
        (what, count) -> line(yaml, "  # denied: %d calls of %s".formatted(count, visible(what))));
    bindings.forEach((server, spec) -> {
      line(yaml, "---");
      line(yaml, "# Policies have no word for these names of %s.".formatted(server));
      head(yaml, BINDING, bindingName(server));
      spec.properties()
          .forEach(field -> line(yaml, "  %s: %s".formatted(field.getKey(), field.getValue())));
    });
    return yaml.toString();
  }

  private static void head(StringBuilder yaml, String kind, String name) {
    line(yaml, "apiVersion: %s".formatted(Resource.API_VERSION));
    line(yaml, "kind: %s".formatted(kind));
    line(yaml, "metadata: {name: %s}".formatted(name));
    line(yaml, "spec:");
  }

  private static void addRule(StringBuilder yaml, Rule rule) {
    line(yaml, "    - resource: %s".formatted(TextNode.valueOf(rule.resource())));
    line(
        yaml,
        "      actions: [%s]  # %d calls%s"
            .formatted(
                TextNode.valueOf(rule.action()),
                rule.calls(),
                rule.held() > 0 ? ", of which %d were held".formatted(rule.held()) : ""));
    if (rule.approve()) {
      line(yaml, "      approve: [%s]".formatted(TextNode.valueOf(rule.action())));
    }
    rule.condition()
        .ifPresent(
            condition -> line(yaml, "      when: %s".formatted(TextNode.valueOf(condition))));
  }

  /** What came from servers and callers, without what could end a comment. */
  private static String visible(String text) {
    return text.replaceAll("[^\\x20-\\x7e]", "?");
  }

  private static void line(StringBuilder yaml, String text) {
    yaml.append(text).append('\n');
  }
}
