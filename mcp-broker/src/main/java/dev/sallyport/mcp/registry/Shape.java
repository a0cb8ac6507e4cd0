package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/**
 * The form of definitions. A client refuses a whole list for one item in it that is of another
 * form. Members that are not named here may be anything; a null is not an absent member.
 *
 * <p>Source: MCP 2025-11-25 and, where that is not stricter, 2026-07-28: "Tool", "Prompt",
 * "Resource", "ResourceTemplate".
 *
 * @param required the members that must be there
 * @param members what each member is, if it is there
 */
record Shape(Set<String> required, Map<String, Predicate<JsonNode>> members) {
  private static final Predicate<JsonNode> TEXT = JsonNode::isTextual;
  private static final Predicate<JsonNode> FLAG = JsonNode::isBoolean;

  private static final Shape ICON =
      new Shape(
          Set.of("src"),
          Map.of(
              "src",
              TEXT,
              "mimeType",
              TEXT,
              "sizes",
              listOf(TEXT),
              "theme",
              oneOf("light", "dark")));

  /** What every item has. */
  private static final Shape ITEM =
      new Shape(
          Set.of("name"),
          Map.of(
              "name", TEXT,
              "title", TEXT,
              "description", TEXT,
              "icons", listOf(ICON::fits),
              "_meta", JsonNode::isObject));

  private static final Shape SCHEMA =
      new Shape(
          Set.of("type"),
          Map.of(
              "$schema",
              TEXT,
              "type",
              oneOf("object"),
              "properties",
              JsonNode::isObject,
              "required",
              listOf(TEXT)));

  private static final Shape HINTS =
      new Shape(
          Set.of(),
          Map.of(
              "title", TEXT,
              "readOnlyHint", FLAG,
              "destructiveHint", FLAG,
              "idempotentHint", FLAG,
              "openWorldHint", FLAG));

  private static final Shape EXECUTION =
      new Shape(Set.of(), Map.of("taskSupport", oneOf("forbidden", "optional", "required")));

  private static final Shape TOOL =
      ITEM.with(
          Map.of(
              "inputSchema", SCHEMA::fits,
              "outputSchema", JsonNode::isObject,
              "annotations", HINTS::fits,
              "execution", EXECUTION::fits));

  private static final Shape ARGUMENT =
      new Shape(
          Set.of("name"),
          Map.of("name", TEXT, "title", TEXT, "description", TEXT, "required", FLAG));

  private static final Shape PROMPT = ITEM.with(Map.of("arguments", listOf(ARGUMENT::fits)));

  private static final Shape ANNOTATIONS =
      new Shape(
          Set.of(),
          Map.of(
              "audience",
              listOf(oneOf("user", "assistant")),
              "priority",
              Shape::isShare,
              "lastModified",
              TEXT));

  private static final Shape TEMPLATE =
      ITEM.with(Map.of("uriTemplate", TEXT, "mimeType", TEXT, "annotations", ANNOTATIONS::fits));

  private static final Shape RESOURCE =
      ITEM.with(
          Map.of(
              "uri",
              TEXT,
              "mimeType",
              TEXT,
              "size",
              JsonNode::isNumber,
              "annotations",
              ANNOTATIONS::fits));

  Shape {
    required = Set.copyOf(required);
    members = Map.copyOf(members);
  }

  /** Whether a definition has the form of its kind. */
  static boolean fits(ItemKind kind, ObjectNode definition) {
    return switch (kind) {
      case SERVER -> true; // no list holds it
      case TOOL -> TOOL.fits(definition);
      case PROMPT -> PROMPT.fits(definition);
      case RESOURCE -> RESOURCE.fits(definition);
      case TEMPLATE -> TEMPLATE.fits(definition);
    };
  }

  /**
   * Whether clients of every revision take a tool with this schema. Since 2026-07-28, that of what
   * a tool gives may be of anything; before, of an object alone.
   */
  static boolean isOfObjects(JsonNode schema) {
    return SCHEMA.fits(schema);
  }

  private boolean fits(JsonNode node) {
    return node.isObject()
        && required.stream().allMatch(node::has)
        && node.properties().stream().allMatch(member -> fits(member.getKey(), member.getValue()));
  }

  private boolean fits(String name, JsonNode value) {
    var wanted = members.get(name);
    return wanted == null || wanted.test(value);
  }

  private Shape with(Map<String, Predicate<JsonNode>> more) {
    var all = new TreeMap<>(members);
    all.putAll(more);
    return new Shape(required, all);
  }

  private static Predicate<JsonNode> listOf(Predicate<JsonNode> element) {
    return node ->
        node.isArray() && StreamSupport.stream(node.spliterator(), false).allMatch(element);
  }

  private static Predicate<JsonNode> oneOf(String... values) {
    var all = Set.of(values);
    return node -> node.isTextual() && all.contains(node.textValue());
  }

  private static boolean isShare(JsonNode node) {
    return node.isNumber() && node.doubleValue() >= 0 && node.doubleValue() <= 1;
  }
}
