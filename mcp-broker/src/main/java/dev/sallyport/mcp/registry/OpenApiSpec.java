package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.resource.SpecReader;
import dev.sallyport.mcp.openapi.BaseUrl;
import dev.sallyport.mcp.openapi.CredentialPlace;
import dev.sallyport.mcp.openapi.DocumentSource;
import dev.sallyport.mcp.openapi.InvalidDocumentException;
import dev.sallyport.mcp.openapi.OpenApiDocument;
import dev.sallyport.mcp.openapi.Operations;
import dev.sallyport.mcp.registry.ServerSettings.OpenApi;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the spec of a server says if a document describes it. */
record OpenApiSpec(
    @Nullable ObjectNode document,
    @Nullable String documentFile,
    @Nullable String baseUrl,
    @Nullable List<String> include) {
  static final String TRANSPORT = "openapi";

  /** Whether anything of it is said. */
  boolean isGiven() {
    return document != null || documentFile != null || baseUrl != null || include != null;
  }

  /**
   * Checks what can be seen without reading the document.
   *
   * @throws IllegalArgumentException with the mistake
   */
  void check() {
    if ((document == null) == (documentFile == null)) {
      throw new IllegalArgumentException(
          "give one of document and documentFile, for transport openapi");
    }
    if (documentFile != null) {
      checkPath(documentFile);
    }
    if (baseUrl != null) {
      try {
        var _ = BaseUrl.of(baseUrl);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("baseUrl: " + e.getMessage(), e);
      }
    }
    if (include != null && (include.isEmpty() || include.stream().anyMatch(String::isBlank))) {
      throw new IllegalArgumentException(
          "include must hold ids or tags of operations; leave it out for all");
    }
  }

  OpenApi settings(Optional<String> credential) {
    return new OpenApi(
        document != null
            ? new DocumentSource.Inline(document)
            : new DocumentSource.File(Path.of(documentFile == null ? "" : documentFile)),
        new Operations.Wanted(
            Optional.ofNullable(baseUrl).map(BaseUrl::of),
            include == null ? Set.of() : Set.copyOf(include),
            credential.map(_ -> CredentialPlace.UNKNOWN)),
        credential);
  }

  /**
   * Checks the document of a server that is new or changed, as it is now.
   *
   * @param settings as written: where a credential goes is not known
   * @throws InvalidResourcesException with the place in the document
   */
  static void checkDocument(Resource resource, OpenApi settings) throws InvalidResourcesException {
    var source = settings.source();
    try {
      var document = OpenApiDocument.parse(source.read());
      var _ = Operations.of(document, settings.wanted(), InputSchema::compiled);
    } catch (InvalidDocumentException e) {
      throw switch (source) {
        case DocumentSource.Inline _ ->
            SpecReader.mistake(resource, "/spec/document" + e.pointer(), e.problem());
        case DocumentSource.File(var path) ->
            SpecReader.mistake(
                resource,
                "/spec/documentFile",
                path + (e.pointer().isEmpty() ? "" : " " + e.pointer()) + ": " + source.problem(e));
      };
    }
  }

  /** The same, with the place where the credential goes by its own resource. */
  static OpenApi placed(OpenApi settings, ResourceSet all) {
    var place =
        settings
            .credential()
            .flatMap(name -> all.find("Credential", name))
            .map(found -> found.spec().path("header"))
            .map(header ->
                header.isTextual()
                    ? new CredentialPlace(header.textValue(), false)
                    : CredentialPlace.BEARER);
    var wanted = settings.wanted();
    return new OpenApi(
        settings.source(),
        new Operations.Wanted(wanted.baseUrl(), wanted.include(), place),
        settings.credential());
  }

  private static void checkPath(String path) {
    try {
      if (Path.of(path).isAbsolute()) {
        return;
      }
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("documentFile must be the path of a file: " + path, e);
    }
    throw new IllegalArgumentException("documentFile must be an absolute path: " + path);
  }
}
