package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An OpenAPI document, of version 3.0 or 3.1. It stands for itself: nothing that it points to
 * elsewhere is ever fetched. Its tree is never changed.
 */
public final class OpenApiDocument {
  private static final int MAX_HOPS = 16;
  private static final Pattern VERSION =
      Pattern.compile("3\\.([01])\\.[0-9]{1,4}(-[A-Za-z0-9.]+)?");
  private static final Set<String> DIALECTS =
      Set.of(
          "https://spec.openapis.org/oas/3.1/dialect/base",
          "https://json-schema.org/draft/2020-12/schema");

  private final ObjectNode root;
  private final boolean old;

  private OpenApiDocument(ObjectNode root, boolean old) {
    this.root = root;
    this.old = old;
  }

  /**
   * Reads a document's text, in JSON or YAML.
   *
   * @throws InvalidDocumentException if it is none from which a server can be made
   */
  public static OpenApiDocument parse(byte[] text) throws InvalidDocumentException {
    return checked(DocumentText.read(text));
  }

  /**
   * Takes a document that was read.
   *
   * @throws InvalidDocumentException if it is none from which a server can be made
   */
  public static OpenApiDocument of(JsonNode tree) throws InvalidDocumentException {
    return checked(DocumentText.normal(tree));
  }

  private static OpenApiDocument checked(ObjectNode root) throws InvalidDocumentException {
    if (root.has("swagger")) {
      throw new InvalidDocumentException(
          "/swagger", "Swagger 2.0 is not taken; convert the document to OpenAPI 3.0 or 3.1");
    }
    var version = VERSION.matcher(root.path("openapi").asText(""));
    if (!root.path("openapi").isTextual() || !version.matches()) {
      throw new InvalidDocumentException("/openapi", "must be a text, 3.0.… or 3.1.…");
    }
    boolean old = version.group(1).equals("0");
    var dialect = root.path("jsonSchemaDialect");
    if (!old && !dialect.isMissingNode() && !DIALECTS.contains(dialect.asText(""))) {
      throw new InvalidDocumentException(
          "/jsonSchemaDialect", "must be the base dialect of OpenAPI 3.1, or be left out");
    }
    if (!root.path("paths").isObject()) {
      throw new InvalidDocumentException("/paths", "must be an object with at least one path");
    }
    return new OpenApiDocument(root, old);
  }

  /** The whole tree. */
  ObjectNode root() {
    return root;
  }

  /** Whether it is of version 3.0, whose schemas are of a dialect of their own. */
  boolean isOld() {
    return old;
  }

  /**
   * Where the requests go.
   *
   * @param given what the administrator said; empty for the one server of the document
   */
  URI baseUrl(Optional<URI> given) throws InvalidDocumentException {
    if (given.isPresent()) {
      return given.get();
    }
    var servers = root.path("servers");
    if (servers.size() != 1) {
      throw new InvalidDocumentException(
          "/servers", "must name one server; set baseUrl to say where requests go");
    }
    var url = servers.path(0).path("url").asText("");
    try {
      return BaseUrl.of(url);
    } catch (IllegalArgumentException _) {
      throw new InvalidDocumentException(
          "/servers/0/url",
          "must be an http or https URL without variables, query or fragment; set baseUrl to say"
              + " where requests go");
    }
  }

  /**
   * The node, or what it points to in this document.
   *
   * @throws UnfitException if that is elsewhere, or nothing
   */
  JsonNode resolved(JsonNode node) throws UnfitException {
    var at = node;
    for (int hop = 0; hop < MAX_HOPS; hop++) {
      if (!at.isObject() || !at.path("$ref").isTextual()) {
        return at;
      }
      at = target(at.path("$ref").textValue());
    }
    throw new UnfitException(Misfit.BROKEN_REFERENCE);
  }

  /** What a reference points to in this document, which may be a reference again. */
  JsonNode target(String reference) throws UnfitException {
    var found = root.at(pointer(reference));
    if (found.isMissingNode()) {
      throw new UnfitException(Misfit.BROKEN_REFERENCE);
    }
    return found;
  }

  private static JsonPointer pointer(String reference) throws UnfitException {
    if (!reference.startsWith("#")) {
      throw new UnfitException(Misfit.REMOTE_REFERENCE);
    }
    try {
      // A plus is a plus in a fragment.
      var escaped = reference.substring(1).replace("+", "%2B");
      return JsonPointer.compile(URLDecoder.decode(escaped, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException _) {
      throw new UnfitException(Misfit.BROKEN_REFERENCE);
    }
  }
}
