package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.openapi.Parameter.Place;
import dev.sallyport.mcp.openapi.Parameter.Style;
import dev.sallyport.mcp.wire.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of one operation, and what they are called as arguments. */
final class ParameterReader {
  /** The argument that is the body. */
  static final String BODY = "body";

  private static final String WHOLE = "querystring";
  private static final String FORM = "application/x-www-form-urlencoded";

  private final OpenApiDocument document;
  private final SchemaTranslation schemas;
  private final Optional<String> credentialHeader;

  ParameterReader(
      OpenApiDocument document, SchemaTranslation schemas, Optional<String> credentialHeader) {
    this.document = document;
    this.schemas = schemas;
    this.credentialHeader = credentialHeader;
  }

  /**
   * A parameter as it was found, before its argument has a name.
   *
   * @param type the media type of its content; empty if it has none
   * @param media what is said of that; the declaration if it has none
   */
  private record Found(Place place, String name, ObjectNode declared, String type, JsonNode media) {
    JsonNode schema() {
      return media.path("schema");
    }

    boolean required() {
      return place == Place.PATH || declared.path("required").asBoolean();
    }

    String plain() {
      return name.replaceAll("[^A-Za-z0-9_.-]", "_");
    }

    String placed() {
      return plain() + "_" + place.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The parameters.
   *
   * @param shared those of the path, which the operation may declare anew
   * @param hasBody whether there is an argument for the body, too
   * @param properties gets the schemas of the arguments
   * @param required gets the names of those that must be given
   */
  List<Parameter> read(
      JsonNode shared,
      JsonNode own,
      boolean hasBody,
      ObjectNode properties,
      SortedSet<String> required)
      throws UnfitException {
    var found = new LinkedHashMap<String, Found>();
    for (var list : List.of(shared, own)) {
      for (var one : list) {
        var parameter = found(document.resolved(one));
        if (parameter != null) {
          found.put(parameter.place() + " " + parameter.name(), parameter);
        }
      }
    }
    requireOneQuery(found.values());
    var names = arguments(found.values().stream().toList(), hasBody);
    var parameters = new ArrayList<Parameter>();
    for (int i = 0; i < names.size(); i++) {
      var one = List.copyOf(found.values()).get(i);
      parameters.add(parameter(names.get(i), one));
      properties.set(names.get(i), described(one, names.get(i)));
      if (one.required()) {
        required.add(names.get(i));
      }
    }
    return List.copyOf(parameters);
  }

  /** The parameter, or null if it is not the caller's to give. */
  private @Nullable Found found(JsonNode node) throws UnfitException {
    if (!(node instanceof ObjectNode declared)) {
      throw new UnfitException(Misfit.INVALID_OPERATION);
    }
    var place = place(declared);
    // The name of a whole query is not used, and OpenAPI's own examples have none.
    var unnamed = place == Place.QUERYSTRING ? WHOLE : "";
    var name = declared.has("name") ? declared.path("name").textValue() : unnamed;
    if (name == null || name.isEmpty()) {
      throw new UnfitException(Misfit.INVALID_OPERATION);
    }
    var found = found(place, name, declared);
    if (found.place() == Place.HEADER || found.place() == Place.COOKIE) {
      if (!SentHeaders.isToken(name)) {
        throw new UnfitException(Misfit.UNSUPPORTED_PARAMETER);
      }
      return isCallers(found) ? found : null;
    }
    return found;
  }

  private Found found(Place place, String name, ObjectNode declared) throws UnfitException {
    if (!declared.has("content")) {
      if (place == Place.QUERYSTRING) {
        throw new UnfitException(Misfit.INVALID_OPERATION);
      }
      return new Found(place, name, declared, "", declared);
    }
    var only =
        MediaTypes.only(declared.path("content"))
            .orElseThrow(() -> new UnfitException(Misfit.UNSUPPORTED_PARAMETER));
    var type = MediaTypes.bare(only.getKey());
    if (type.isEmpty()) {
      throw new UnfitException(Misfit.UNSUPPORTED_PARAMETER);
    }
    return new Found(place, name, declared, type, document.resolved(only.getValue()));
  }

  /** A whole query stands alone. Source: OpenAPI 3.2, "Parameter Locations". */
  private static void requireOneQuery(Collection<Found> all) throws UnfitException {
    long whole = all.stream().filter(one -> one.place() == Place.QUERYSTRING).count();
    boolean parts = all.stream().anyMatch(one -> one.place() == Place.QUERY);
    if (whole > 1 || (whole == 1 && parts)) {
      throw new UnfitException(Misfit.INVALID_OPERATION);
    }
  }

  private boolean isCallers(Found found) throws UnfitException {
    var header = found.place() == Place.COOKIE ? "Cookie" : found.name();
    boolean lent = credentialHeader.filter(header::equalsIgnoreCase).isPresent();
    if (found.place() == Place.HEADER && (lent || SentHeaders.isIgnored(header))) {
      return false;
    }
    if (!lent && (found.place() == Place.COOKIE || !SentHeaders.isForbidden(header))) {
      return true;
    }
    if (found.required()) {
      throw new UnfitException(Misfit.FORBIDDEN_HEADER);
    }
    return false;
  }

  private Place place(JsonNode declared) throws UnfitException {
    var in = declared.path("in").asText("");
    if (document.isOf32() && in.equals("querystring")) {
      return Place.QUERYSTRING;
    }
    return switch (in) {
      case "path" -> Place.PATH;
      case "query" -> Place.QUERY;
      case "header" -> Place.HEADER;
      case "cookie" -> Place.COOKIE;
      default -> throw new UnfitException(Misfit.UNSUPPORTED_PARAMETER);
    };
  }

  private Parameter parameter(String argument, Found found) throws UnfitException {
    if (found.place() == Place.QUERYSTRING && found.type().equals(FORM)) {
      var fields = FormFields.of(found.media(), Misfit.UNSUPPORTED_PARAMETER);
      return new Parameter(argument, found.place(), found.name(), Style.FIELDS, false, fields);
    }
    if (!found.type().isEmpty()) {
      return new Parameter(argument, found.place(), found.name(), content(found), false);
    }
    var style = style(found);
    var explode = found.declared().path("explode");
    boolean exploded =
        explode.isMissingNode()
            ? style == Style.FORM || style == Style.COOKIE
            : explode.asBoolean();
    boolean several = style == Style.SPACE_DELIMITED || style == Style.PIPE_DELIMITED;
    if ((style == Style.DEEP_OBJECT && !exploded && explode.isBoolean()) || (several && exploded)) {
      throw new UnfitException(Misfit.UNSUPPORTED_PARAMETER);
    }
    return new Parameter(argument, found.place(), found.name(), style, exploded);
  }

  /**
   * Whether the value of a parameter may be several segments of a path, as GitHub's document says
   * of the paths of files.
   */
  static boolean isOfSeveralSegments(JsonNode declared) {
    return declared.path("in").asText("").equals("path")
        && declared.path("style").asText("simple").equals("simple")
        && declared.path("x-multi-segment").isBoolean()
        && declared.path("x-multi-segment").booleanValue()
        && !declared.has("content");
  }

  private static Style content(Found found) throws UnfitException {
    if (MediaTypes.isJson(found.type())) {
      return Style.JSON;
    }
    if (found.place() == Place.QUERYSTRING && MediaTypes.isText(found.type())) {
      return Style.TEXT;
    }
    throw new UnfitException(Misfit.UNSUPPORTED_PARAMETER);
  }

  private Style style(Found found) throws UnfitException {
    boolean simple = found.place() == Place.PATH || found.place() == Place.HEADER;
    var style = found.declared().path("style").asText(simple ? "simple" : "form");
    if (simple && style.equals("simple")) {
      return isOfSeveralSegments(found.declared()) ? Style.SEGMENTS : Style.SIMPLE;
    }
    if (!simple && style.equals("form")) {
      return Style.FORM;
    }
    if (found.place() == Place.COOKIE && style.equals("cookie") && document.isOf32()) {
      return Style.COOKIE;
    }
    if (found.place() == Place.PATH) {
      switch (style) {
        case "label" -> {
          return Style.LABEL;
        }
        case "matrix" -> {
          return Style.MATRIX;
        }
        default -> {}
      }
    }
    if (found.place() == Place.QUERY) {
      switch (style) {
        case "spaceDelimited" -> {
          return Style.SPACE_DELIMITED;
        }
        case "pipeDelimited" -> {
          return Style.PIPE_DELIMITED;
        }
        case "deepObject" -> {
          return Style.DEEP_OBJECT;
        }
        default -> {}
      }
    }
    throw new UnfitException(Misfit.UNSUPPORTED_PARAMETER);
  }

  private JsonNode described(Found found, String argument) throws UnfitException {
    var schema = found.schema();
    var translated = schema.isMissingNode() ? Json.object() : schemas.translate(schema);
    var description = found.declared().path("description");
    if (translated instanceof ObjectNode object && description.isTextual()) {
      object.set("description", description);
    }
    if (translated instanceof ObjectNode object
        && !Set.of(found.plain(), found.placed()).contains(argument)) {
      var more = object.path("description").asText("");
      object.put("description", ("Sent as %s. ".formatted(found.name()) + more).strip());
    }
    if (translated instanceof ObjectNode object
        && found.declared().path("deprecated").asBoolean()) {
      object.put("deprecated", true);
    }
    return translated;
  }

  /**
   * The names, each once: with the place of the parameter where several have the same, and with a
   * digest where that is not enough, or where they are too long.
   */
  private static List<String> arguments(List<Found> found, boolean hasBody) throws UnfitException {
    var plain = found.stream().map(Found::plain).toList();
    var placed = new ArrayList<String>();
    for (var one : found) {
      boolean free = !(hasBody && one.plain().equals(BODY)) && isOnce(one.plain(), plain);
      placed.add(free ? one.plain() : one.placed());
    }
    var names = new ArrayList<String>();
    for (int i = 0; i < found.size(); i++) {
      var one = found.get(i);
      var name = placed.get(i);
      boolean fits = name.length() <= FoundOperation.MAX_NAME && isOnce(name, placed);
      names.add(fits ? name : FoundOperation.marked(name, one.place() + " " + one.name()));
    }
    if (Set.copyOf(names).size() != names.size()) {
      throw new UnfitException(Misfit.AMBIGUOUS_PARAMETERS);
    }
    return names;
  }

  private static boolean isOnce(String name, List<String> names) {
    return Collections.frequency(names, name) == 1;
  }
}
