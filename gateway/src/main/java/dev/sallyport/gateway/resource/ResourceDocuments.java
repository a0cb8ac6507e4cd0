package dev.sallyport.gateway.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.document.Document;
import dev.sallyport.gateway.document.DocumentMistake;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.gateway.document.Nearest;
import dev.sallyport.identity.resource.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads documents as resources. Checks the frame that all kinds share; what is in {@code spec} is
 * for the module whose kind it is.
 */
public final class ResourceDocuments {
  /** The version of policies from before Sallyport, which are read as they are. */
  public static final String POLICY_API_VERSION = "access.envisionai.dev/v1";

  private static final Set<String> FIELDS = Set.of("apiVersion", "kind", "metadata", "spec");
  private static final Set<String> METADATA_FIELDS = Set.of("name", "labels");

  private final Document document;
  private final Optional<Resource.Key> expected;
  private final List<DocumentMistake> mistakes = new ArrayList<>();

  private ResourceDocuments(Document document, Optional<Resource.Key> expected) {
    this.document = document;
    this.expected = expected;
  }

  /**
   * Reads whole documents.
   *
   * @return a resource for each document, in the same order
   * @throws InvalidDocumentsException with the mistakes of all documents
   */
  public static List<Resource> read(List<Document> documents) throws InvalidDocumentsException {
    var resources = new ArrayList<Resource>();
    var mistakes = new ArrayList<DocumentMistake>();
    for (var document : documents) {
      try {
        resources.add(new ResourceDocuments(document, Optional.empty()).resource());
      } catch (InvalidDocumentsException e) {
        mistakes.addAll(e.mistakes());
      }
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidDocumentsException(mistakes);
    }
    return List.copyOf(resources);
  }

  /** Reads the document of a resource that is known by its path, which need not name it again. */
  public static Resource read(Document document, Resource.Key expected)
      throws InvalidDocumentsException {
    return new ResourceDocuments(document, Optional.of(expected)).resource();
  }

  /** The document of a resource, as its author would write it. */
  public static ObjectNode write(Resource resource) {
    return CanonicalJson.document(resource);
  }

  private Resource resource() throws InvalidDocumentsException {
    if (!(document.tree() instanceof ObjectNode tree)) {
      throw new InvalidDocumentsException(
          List.of(document.mistake("", "must be an object with apiVersion, kind, metadata, spec")));
    }
    refuseUnknown("", tree, FIELDS);
    var kind = text(tree, "", "kind", expected.map(Resource.Key::kind));
    var apiVersion = apiVersion(tree, kind);
    var metadata = metadata(tree);
    var name = text(metadata, "/metadata", "name", expected.map(Resource.Key::name));
    var labels = labels(metadata);
    if (!(tree.get("spec") instanceof ObjectNode)) {
      mistake("/spec", "must be an object with fields");
    }
    return built(apiVersion, kind, name, labels, tree);
  }

  private Resource built(
      String apiVersion, String kind, String name, Map<String, String> labels, ObjectNode tree)
      throws InvalidDocumentsException {
    if (mistakes.isEmpty() && tree.get("spec") instanceof ObjectNode spec) {
      try {
        return new Resource(apiVersion, kind, name, labels, spec);
      } catch (IllegalArgumentException e) {
        mistake("/metadata/name", String.valueOf(e.getMessage()));
      }
    }
    throw new InvalidDocumentsException(mistakes);
  }

  private String apiVersion(ObjectNode tree, String kind) {
    var standard = expected.map(_ -> Resource.API_VERSION);
    var version = text(tree, "", "apiVersion", standard.filter(_ -> !tree.has("apiVersion")));
    var known =
        version.equals(Resource.API_VERSION)
            || (version.equals(POLICY_API_VERSION) && kind.equals("AgentPolicy"));
    if (!known && !version.isEmpty()) {
      mistake("/apiVersion", "must be " + Resource.API_VERSION);
    }
    return version;
  }

  private ObjectNode metadata(ObjectNode tree) {
    var metadata = tree.path("metadata");
    if (metadata instanceof ObjectNode object) {
      refuseUnknown("/metadata", object, METADATA_FIELDS);
      return object;
    }
    if (!metadata.isMissingNode() || expected.isEmpty()) {
      mistake("/metadata", "must be an object with a name");
    }
    return tree.objectNode().put("name", expected.map(Resource.Key::name).orElse("missing"));
  }

  private Map<String, String> labels(ObjectNode metadata) {
    var labels = new HashMap<String, String>();
    var given = metadata.path("labels");
    if (!given.isMissingNode() && !given.isObject()) {
      mistake("/metadata/labels", "must be an object of texts");
    }
    for (var label : given.properties()) {
      if (!label.getValue().isTextual()) {
        mistake("/metadata/labels/" + label.getKey(), "must be a text");
      }
      labels.put(label.getKey(), label.getValue().asText());
    }
    return labels;
  }

  /**
   * A field that must be a text.
   *
   * @param standard what it must be if it is there, and is if it is not
   */
  private String text(ObjectNode object, String at, String field, Optional<String> standard) {
    JsonNode given = object.path(field);
    if (given.isMissingNode() && standard.isPresent()) {
      return standard.get();
    }
    if (!given.isTextual() || given.asText().isBlank()) {
      mistake(at + "/" + field, "must be a text");
      return "";
    }
    if (standard.isPresent() && !standard.get().equals(given.asText())) {
      mistake(at + "/" + field, "must be " + standard.get() + ", as in the path");
    }
    return given.asText();
  }

  private void refuseUnknown(String at, ObjectNode object, Set<String> known) {
    for (var field : object.properties()) {
      if (!known.contains(field.getKey())) {
        mistake(
            at + "/" + field.getKey(), "is not a field here" + Nearest.hint(field.getKey(), known));
      }
    }
  }

  private void mistake(String pointer, String problem) {
    mistakes.add(document.mistake(pointer, problem));
  }
}
