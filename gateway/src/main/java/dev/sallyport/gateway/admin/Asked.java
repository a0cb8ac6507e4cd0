package dev.sallyport.gateway.admin;

import dev.sallyport.gateway.document.Document;
import dev.sallyport.gateway.document.DocumentReader;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an administrator asks for.
 *
 * @param caller the administrator
 * @param parameters the parts of the path that its template names
 * @param ifMatch the version that must stand, if one is named
 */
record Asked(
    Caller caller,
    Map<String, String> parameters,
    Query query,
    Optional<String> ifMatch,
    String contentType,
    String body) {
  /** What mistakes call the body of a request. */
  static final String SOURCE = "request";

  Asked {
    parameters = Map.copyOf(parameters);
  }

  String parameter(String name) {
    var value = parameters.get(name);
    if (value == null) {
      throw new IllegalStateException("the route names no " + name);
    }
    return value;
  }

  Optional<String> queried(String name) {
    return query.first(name);
  }

  /**
   * Whether a change is only to be checked.
   *
   * @throws Refusal with MALFORMED_REQUEST if the query says anything else
   */
  boolean dryRun() {
    return query.isDryRun();
  }

  /** The one document of the body, in JSON, or in YAML if the content type says so. */
  Document document() throws InvalidDocumentsException {
    if (!isYaml()) {
      return DocumentReader.json(SOURCE, body);
    }
    var documents = DocumentReader.yaml(SOURCE, body);
    if (documents.size() != 1) {
      throw new Refusal(RefusalCode.MALFORMED_REQUEST, "The body must be one document.");
    }
    return documents.getFirst();
  }

  /** The documents of the body: a list of them in JSON, or several in YAML. */
  List<Document> documents() throws InvalidDocumentsException {
    if (isYaml()) {
      return DocumentReader.yaml(SOURCE, body);
    }
    var whole = DocumentReader.json(SOURCE, body);
    if (!whole.tree().isArray()) {
      return List.of(whole);
    }
    var documents = new ArrayList<Document>();
    for (var tree : whole.tree()) {
      documents.add(new Document(SOURCE, tree, Map.of()));
    }
    return documents;
  }

  private boolean isYaml() {
    return contentType.contains("yaml");
  }
}
