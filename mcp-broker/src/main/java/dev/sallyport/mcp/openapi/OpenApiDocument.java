package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An OpenAPI document, of version 3.0, 3.1 or 3.2. It stands for itself: nothing that it points to
 * elsewhere is ever fetched. Its tree is never changed.
 */
public final class OpenApiDocument {
  private static final int MAX_HOPS = 16;
  private static final Pattern VERSION =
      Pattern.compile("3\\.([012])\\.[0-9]{1,4}(-[A-Za-z0-9.]+)?");
  private static final Set<String> DIALECTS =
      Set.of(
          "https://spec.openapis.org/oas/3.1/dialect/base",
          "https://spec.openapis.org/oas/3.2/dialect/2025-09-17",
          "https://json-schema.org/draft/2020-12/schema");

  private final ObjectNode root;
  private final int minor;
  private final Optional<URI> self;

  private OpenApiDocument(ObjectNode root, int minor, Optional<URI> self) {
    this.root = root;
    this.minor = minor;
    this.self = self;
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
          "/swagger",
          "Swagger 2.0 is not taken; convert the document to OpenAPI 3.0, as npx swagger2openapi"
              + " --outfile NEW OLD does, and give the new one");
    }
    var version = VERSION.matcher(root.path("openapi").asText(""));
    if (!root.path("openapi").isTextual() || !version.matches()) {
      throw new InvalidDocumentException("/openapi", "must be a text, 3.0.…, 3.1.… or 3.2.…");
    }
    int minor = Integer.parseInt(version.group(1));
    var dialect = root.path("jsonSchemaDialect");
    if (minor > 0 && !dialect.isMissingNode() && !DIALECTS.contains(dialect.asText(""))) {
      throw new InvalidDocumentException(
          "/jsonSchemaDialect", "must be the base dialect of OpenAPI 3.1 or 3.2, or be left out");
    }
    if (!root.path("paths").isObject()) {
      throw new InvalidDocumentException("/paths", "must be an object with at least one path");
    }
    return new OpenApiDocument(root, minor, minor < 2 ? Optional.empty() : self(root));
  }

  private static Optional<URI> self(ObjectNode root) throws InvalidDocumentException {
    if (!root.has("$self")) {
      return Optional.empty();
    }
    try {
      var self = new URI(root.path("$self").isTextual() ? root.path("$self").textValue() : "#");
      if (self.getRawFragment() == null) {
        return Optional.of(self);
      }
    } catch (URISyntaxException _) {
      // Said below.
    }
    throw new InvalidDocumentException(
        "/$self", "must be the URI of the document, without a fragment, or be left out");
  }

  /** The whole tree. */
  ObjectNode root() {
    return root;
  }

  /** Whether it is of version 3.0, whose schemas are of a dialect of their own. */
  boolean isOld() {
    return minor == 0;
  }

  /** Whether it is of version 3.2, which has more methods, places and styles. */
  boolean isOf32() {
    return minor == 2;
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
    var found = root.at(pointer(local(reference)));
    if (found.isMissingNode()) {
      throw new UnfitException(Misfit.BROKEN_REFERENCE);
    }
    return found;
  }

  /** The reference as a fragment alone, if it names this document as that names itself. */
  String local(String reference) {
    int hash = reference.indexOf('#');
    var file = hash < 0 ? reference : reference.substring(0, hash);
    if (self.isEmpty() || file.isEmpty()) {
      return reference;
    }
    try {
      boolean own = self.get().resolve(new URI(file)).equals(self.get());
      return own ? (hash < 0 ? "#" : reference.substring(hash)) : reference;
    } catch (URISyntaxException _) {
      return reference;
    }
  }

  private static JsonPointer pointer(String reference) throws UnfitException {
    if (!reference.startsWith("#")) {
      throw new UnfitException(Misfit.REMOTE_REFERENCE);
    }
    try {
      return JsonPointer.compile(ScalarText.decoded(reference.substring(1)));
    } catch (IllegalArgumentException _) {
      throw new UnfitException(Misfit.BROKEN_REFERENCE);
    }
  }
}
