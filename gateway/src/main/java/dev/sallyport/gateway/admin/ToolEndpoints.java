package dev.sallyport.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.mcp.definition.DefinitionDiff;
import dev.sallyport.mcp.registry.DescribedItem;
import dev.sallyport.mcp.registry.ItemKey;
import dev.sallyport.mcp.registry.ItemKind;
import dev.sallyport.mcp.registry.ItemStatus;
import dev.sallyport.mcp.registry.Review;
import dev.sallyport.mcp.registry.ServerStatus;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.mcp.upstream.Guard;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The servers as they are, their tools and other items, and what people decide of these. An item
 * that is no tool goes by {@code kind:name} wherever a tool goes by its name.
 */
final class ToolEndpoints {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** What was approved and is no longer listed. It is no status: the item stays approved. */
  private static final String GONE = "gone";

  private final ToolRegistry registry;
  private final ActionPath path;

  ToolEndpoints(ToolRegistry registry, ActionPath path) {
    this.registry = registry;
    this.path = path;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/admin/servers", _ -> Answer.ok(items(servers()))),
        new Route("GET", "/admin/tools", this::tools).taking("status", "server"),
        new Route("POST", "/admin/tools/{server}/approve", this::approve),
        new Route("POST", "/admin/tools/{server}/reject", this::reject));
  }

  /** How it stands with every server. */
  List<ObjectNode> servers() {
    return registry.servers().stream().map(ToolEndpoints::rendered).toList();
  }

  private Answer tools(Asked asked) {
    var status = asked.queried("status");
    if (status.isPresent() && !isStatus(status.get())) {
      throw new Refusal(
          RefusalCode.MALFORMED_REQUEST, "status is pending, approved, changed, rejected or gone.");
    }
    var server = asked.queried("server");
    if (server.isPresent() && registry.status(server.get()).isEmpty()) {
      throw new Refusal(RefusalCode.UNKNOWN_SERVER);
    }
    var records =
        registry.servers().stream()
            .filter(one -> server.isEmpty() || server.get().equals(one.server()))
            .flatMap(one -> registry.reviews(one.server()).stream())
            .filter(review -> status.isEmpty() || fits(review, status.get()))
            .map(ToolEndpoints::rendered)
            .toList();
    return Answer.ok(items(records));
  }

  /** What waits is what is pending, and what changed and is pending again. */
  private static boolean fits(Review review, String status) {
    if (status.equals(GONE)) {
      return review.gone();
    }
    var record = review.item().record();
    boolean waits = record.present() && record.status() == ItemStatus.CHANGED;
    return record.status().label().equals(status) || (status.equals("pending") && waits);
  }

  private static boolean isStatus(String text) {
    return text.equals(GONE)
        || List.of(ItemStatus.values()).stream().anyMatch(one -> one.label().equals(text));
  }

  private Answer approve(Asked asked) throws InvalidDocumentsException {
    var server = asked.parameter("server");
    var digests = digests(asked.document().tree());
    var who = asked.caller().principal().id().value();
    var arguments = Json.object();
    var tools = arguments.putObject("tools");
    digests.forEach((item, digest) -> tools.put(item.text(), digest));
    return decide(asked, "approve", arguments, () -> registry.approve(server, digests, who));
  }

  private Answer reject(Asked asked) throws InvalidDocumentsException {
    var server = asked.parameter("server");
    var tools = named(asked.document().tree());
    var who = asked.caller().principal().id().value();
    var arguments = Json.object();
    tools.forEach(arguments.putArray("tools")::add);
    return decide(asked, "reject", arguments, () -> reject(server, tools, who));
  }

  private Answer decide(
      Asked asked, String verb, ObjectNode arguments, Supplier<List<ItemKey>> deciding) {
    var server = asked.parameter("server");
    var action =
        new Action(
            asked.caller(),
            new Target.Administration("McpServer", server, verb),
            arguments,
            Json.bytes(arguments),
            List.of());
    var decided =
        path.perform(
            action,
            permit -> {
              var names = deciding.get().stream().map(ItemKey::text).toList();
              names.forEach(permit.facts().withArray("tools")::add);
              return Performed.succeeded(names);
            });
    var body = Json.object().put("server", server);
    decided.forEach(body.putArray("tools")::add);
    return Answer.ok(body);
  }

  private List<ItemKey> reject(String server, List<String> tools, String who) {
    if (tools.isEmpty()) {
      return registry.reject(server, Optional.empty(), who);
    }
    return tools.stream()
        .flatMap(tool -> registry.reject(server, Optional.of(ItemKey.of(tool)), who).stream())
        .toList();
  }

  /** By tool, the digest of the definition that was read; the name alone approves nothing. */
  private static Map<ItemKey, String> digests(JsonNode body) {
    var digests = new TreeMap<ItemKey, String>();
    var tools = body.path("tools");
    boolean right = body.size() == 1 && tools.isArray() && !tools.isEmpty();
    for (var tool : tools) {
      right &= tool.size() == 2 && tool.path("tool").isTextual() && tool.path("digest").isTextual();
      var item = ItemKey.of(tool.path("tool").asText());
      right &= digests.put(item, tool.path("digest").asText()) == null;
    }
    if (!right) {
      throw new Refusal(
          RefusalCode.MALFORMED_REQUEST,
          "The body is {\"tools\": [{\"tool\": \"name\", \"digest\": \"…\"}, …]}, each with the"
              + " digest of the definition that was read, as GET /admin/tools gives it.");
    }
    return digests;
  }

  /** The tools that the body names; none stands for all that wait. */
  private static List<String> named(JsonNode body) {
    var tools = body.path("tools");
    if (tools.isTextual() && tools.asText().equals("all") && body.size() == 1) {
      return List.of();
    }
    var names = new ArrayList<String>();
    tools.forEach(tool -> names.add(tool.isTextual() ? tool.asText() : ""));
    if (body.size() != 1 || names.isEmpty() || names.contains("")) {
      throw new Refusal(
          RefusalCode.MALFORMED_REQUEST,
          "The body is {\"tools\": [\"name\", …]} or {\"tools\": \"all\"}.");
    }
    return names;
  }

  private static ObjectNode rendered(ServerStatus status) {
    var body =
        Json.object()
            .put("name", status.server())
            .put("state", status.state().name().toLowerCase(Locale.ROOT));
    status.inspectedAt().ifPresent(at -> body.put("inspectedAt", at.toString()));
    status.unreachableSince().ifPresent(at -> body.put("unreachableSince", at.toString()));
    status.reason().ifPresent(reason -> body.put("reason", reason));
    status.trouble().ifPresent(trouble -> body.put("detail", trouble));
    body.put("tools", status.items().getOrDefault(ItemKind.TOOL, 0));
    body.put("prompts", status.items().getOrDefault(ItemKind.PROMPT, 0));
    body.put("resources", status.items().getOrDefault(ItemKind.RESOURCE, 0));
    body.put("templates", status.items().getOrDefault(ItemKind.TEMPLATE, 0));
    body.put("pending", status.waiting());
    status.listDigest().ifPresent(digest -> body.put("listDigest", digest));
    body.putObject("calls")
        .put("made", status.load().breaker() == Guard.Breaker.CLOSED)
        .put("underWay", status.load().underWay())
        .put("waiting", status.load().waiting());
    var unfit = body.putObject("unfit");
    status.unfit().forEach(unfit::put);
    return body;
  }

  private static ObjectNode rendered(Review review) {
    var item = review.item();
    var record = item.record();
    var body =
        Json.object()
            .put("server", record.server())
            .put("tool", record.key().text())
            .put("kind", record.key().kind().label())
            .put("name", record.key().name())
            .put("status", record.status().label())
            .put("present", record.present())
            .put("digest", record.digest())
            .put("firstSeen", record.firstSeen().toString());
    record.decidedAt().ifPresent(at -> body.put("decidedAt", at.toString()));
    record.decidedBy().ifPresent(by -> body.put("decidedBy", by));
    if (review.gone()) {
      body.put(GONE, true);
    }
    body.set("definition", definition(item));
    review.diff().ifPresent(diff -> body.set("drift", rendered(diff)));
    review
        .approved()
        .ifPresent(before -> {
          var shown =
              body.putObject("approved")
                  .put("tool", before.record().key().text())
                  .put("digest", before.record().digest());
          shown.set("definition", definition(before));
        });
    review.flags().forEach(body.putArray("flags")::add);
    return body;
  }

  private static ObjectNode rendered(DefinitionDiff diff) {
    var body = Json.object().put("class", diff.drift().label());
    var changes = body.putArray("changes");
    for (var change : diff.changes()) {
      changes
          .addObject()
          .put("path", change.path())
          .put("class", change.drift().label())
          .put("before", change.before())
          .put("after", change.after());
    }
    return body;
  }

  /** A definition as its server wrote it. */
  static JsonNode definition(DescribedItem item) {
    try {
      return MAPPER.readTree(item.definition());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored definition was read before", e);
    }
  }

  private static ObjectNode items(List<ObjectNode> items) {
    var body = Json.object();
    body.putArray("items").addAll(items);
    return body;
  }
}
