package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.openapi.SchemaTranslation.Way;
import dev.sallyport.mcp.wire.Json;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Makes tools of operations. */
final class OperationReader {
  /** In the {@code _meta} of each tool: how it is called. */
  static final String META = "dev.sallyport/openapi";

  private static final Pattern METHOD = Pattern.compile("[A-Z]{1,16}");

  /** They make a tunnel, send back what was sent, or begin another protocol. */
  private static final Set<String> UNSENT = Set.of("CONNECT", "TRACE", "TRACK", "PRI");

  private static final int MAX_TITLE = 200;
  private static final int MAX_DESCRIPTION = 16_000;
  private static final int MAX_ACCEPTED = 8;
  private static final int MAX_DEFINITION_BYTES = 60_000;

  private final OpenApiDocument document;
  private final OtherPaths others;
  private final URI base;
  private final Optional<CredentialPlace> credential;
  private final SchemaCompiler compiler;
  private final SchemaTranslation requests;
  private final SchemaTranslation answers;

  /**
   * A reader.
   *
   * @param others the paths of all operations of the document
   */
  OperationReader(
      OpenApiDocument document,
      OtherPaths others,
      URI base,
      Optional<CredentialPlace> credential,
      SchemaCompiler compiler) {
    this.document = document;
    this.others = others;
    this.base = base;
    this.credential = credential;
    this.compiler = compiler;
    this.requests = new SchemaTranslation(document, Way.REQUEST);
    this.answers = new SchemaTranslation(document, Way.ANSWER);
  }

  /**
   * The operation as a tool.
   *
   * @throws UnfitException if it cannot be one
   */
  Operation read(FoundOperation found, String name) throws UnfitException {
    requireHere(found);
    new SecurityCheck(document, credential).check(found.operation());
    requests.begin();
    var properties = Json.object();
    var required = new TreeSet<String>();
    var body =
        new BodyReader(document, requests)
            .read(found.method(), found.operation(), properties, required);
    var parameters =
        new ParameterReader(document, requests, credential.map(CredentialPlace::header))
            .read(
                found.item().path("parameters"),
                found.operation().path("parameters"),
                properties.has(ParameterReader.BODY),
                properties,
                required);
    var template = PathTemplate.of(found.path(), others.besides(found));
    requireSameNames(template, parameters);
    var form =
        new Operation.Form(
            base, found.method(), found.path(), template, parameters, body, accept(found));
    var definition = definition(found, name, input(properties, required), form);
    var answer = answer(found, definition);
    return new Operation(definition, form, answer);
  }

  private void requireHere(FoundOperation found) throws UnfitException {
    if (!METHOD.matcher(found.method()).matches() || UNSENT.contains(found.method())) {
      throw new UnfitException(Misfit.UNSUPPORTED_METHOD);
    }
    for (var node : new JsonNode[] {found.item(), found.operation()}) {
      var servers = node.path("servers");
      if (!servers.isEmpty() && !servers.equals(document.root().path("servers"))) {
        throw new UnfitException(Misfit.OTHER_ADDRESS);
      }
    }
  }

  private static void requireSameNames(PathTemplate template, Iterable<Parameter> parameters)
      throws UnfitException {
    var declared = new LinkedHashSet<String>();
    for (var parameter : parameters) {
      if (parameter.place() == Parameter.Place.PATH) {
        declared.add(parameter.name());
      }
    }
    if (!declared.equals(template.names())) {
      throw new UnfitException(Misfit.PATH_PARAMETERS_DIFFER);
    }
  }

  private ObjectNode input(ObjectNode properties, SortedSet<String> required)
      throws UnfitException {
    var input = Json.object().put("type", "object");
    input.set("properties", properties);
    if (!required.isEmpty()) {
      required.forEach(input.putArray("required")::add);
    }
    input.put("additionalProperties", false);
    requests.complete(input);
    return input;
  }

  private static ObjectNode definition(
      FoundOperation found, String name, ObjectNode input, Operation.Form form) {
    var definition = Json.object().put("name", name);
    var summary = found.operation().path("summary").asText("");
    if (!summary.isBlank() && summary.length() <= MAX_TITLE) {
      definition.put("title", summary);
    }
    definition.put("description", description(found, summary));
    definition.set("inputSchema", input);
    annotate(found.method(), definition.putObject("annotations"));
    definition
        .putObject("_meta")
        .putObject(META)
        .put("method", form.method())
        .put("path", form.path())
        .put("request", form.digest());
    return definition;
  }

  private static String description(FoundOperation found, String summary) {
    var said = found.operation().path("description").asText("");
    var text = said.isBlank() ? summary : said;
    var whole = text.isBlank() ? found.method() + " " + found.path() : text;
    var marked = found.operation().path("deprecated").asBoolean() ? "Deprecated. " + whole : whole;
    return cut(marked);
  }

  /** As much of it as a description may have, in whole characters. */
  private static String cut(String text) {
    if (text.length() <= MAX_DESCRIPTION) {
      return text;
    }
    boolean within = Character.isHighSurrogate(text.charAt(MAX_DESCRIPTION - 1));
    return text.substring(0, within ? MAX_DESCRIPTION - 1 : MAX_DESCRIPTION);
  }

  /** Source: RFC 9110, section 9.2, of what each method means; of QUERY, OpenAPI 3.2. */
  private static void annotate(String method, ObjectNode annotations) {
    boolean safe = Set.of("GET", "HEAD", "OPTIONS", "QUERY").contains(method);
    annotations.put("readOnlyHint", safe);
    if (!safe) {
      annotations.put("destructiveHint", true);
    }
    annotations.put("idempotentHint", safe || method.equals("PUT") || method.equals("DELETE"));
  }

  /** The media types that successes have, in the order of the document. */
  private String accept(FoundOperation found) throws UnfitException {
    var types = new LinkedHashSet<String>();
    for (var response : found.operation().path("responses").properties()) {
      if (isSuccess(response.getKey())) {
        document
            .resolved(response.getValue())
            .path("content")
            .fieldNames()
            .forEachRemaining(type -> types.add(MediaTypes.bare(type)));
      }
    }
    types.removeIf(type -> !MediaTypes.isOne(type));
    return types.isEmpty() || types.size() > MAX_ACCEPTED
        ? "application/json, */*;q=0.5"
        : String.join(", ", new ArrayList<>(types));
  }

  private static boolean isSuccess(String status) {
    return status.matches("2([0-9][0-9]|XX|xx)");
  }

  /** What it answers, if there is one success and it is JSON; put into the definition, too. */
  private Optional<Operation.Answer> answer(FoundOperation found, ObjectNode definition)
      throws UnfitException {
    var schema = onlyAnswer(found);
    if (schema.isMissingNode()) {
      return Optional.empty();
    }
    boolean wrapped = !isObject(schema);
    ObjectNode output;
    try {
      output = output(schema, wrapped);
    } catch (UnfitException _) {
      return Optional.empty();
    }
    var fits = compiler.compile(output);
    var whole = definition.deepCopy();
    whole.set("outputSchema", output);
    if (fits.isEmpty() || Json.bytes(whole).length > MAX_DEFINITION_BYTES) {
      return Optional.empty();
    }
    definition.set("outputSchema", output);
    return Optional.of(new Operation.Answer(wrapped, fits.get()));
  }

  private JsonNode onlyAnswer(FoundOperation found) throws UnfitException {
    var successes = new ArrayList<JsonNode>();
    for (var response : found.operation().path("responses").properties()) {
      if (isSuccess(response.getKey())) {
        successes.add(document.resolved(response.getValue()));
      }
    }
    var content = successes.size() == 1 ? successes.getFirst().path("content") : Json.object();
    var media = MediaTypes.only(content).filter(only -> MediaTypes.isJson(only.getKey()));
    return media.isPresent()
        ? document.resolved(media.get().getValue()).path("schema")
        : MissingNode.getInstance();
  }

  private ObjectNode output(JsonNode schema, boolean wrapped) throws UnfitException {
    answers.begin();
    var translated = answers.translate(schema);
    var output = Json.object().put("type", "object");
    if (wrapped) {
      output.putObject("properties").set("result", translated);
      output.putArray("required").add("result");
    } else if (translated instanceof ObjectNode object) {
      output.setAll(object);
    }
    answers.complete(output);
    return output;
  }

  /** Whether no value but an object fits the schema. */
  private boolean isObject(JsonNode schema) throws UnfitException {
    var resolved = document.resolved(schema);
    return resolved.path("type").asText("").equals("object")
        && !resolved.path("nullable").asBoolean();
  }
}
