package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The operations of a document that are tools, and why the others are none. Never changed. */
public final class Operations {
  private static final int MAX_OPERATIONS = 5_000;
  private static final String QUERY = "query";
  private static final List<String> METHODS =
      List.of("get", "put", "post", "delete", "options", "head", "patch", "trace", QUERY);

  private final Map<String, Operation> fit;
  private final Map<String, String> unfit;

  private Operations(Map<String, Operation> fit, Map<String, String> unfit) {
    this.fit = fit;
    this.unfit = unfit;
  }

  /**
   * What of a document is wanted, and how.
   *
   * @param baseUrl where requests go; empty for what the document says
   * @param include the ids or tags of operations; empty for all
   * @param credential where the server's credential goes, if it has one
   */
  public record Wanted(
      Optional<URI> baseUrl, Set<String> include, Optional<CredentialPlace> credential) {
    public Wanted {
      include = Set.copyOf(include);
    }
  }

  /**
   * Reads the operations.
   *
   * @throws InvalidDocumentException if there is not one that can be a tool, or if something that
   *     is wanted is not there
   */
  public static Operations of(OpenApiDocument document, Wanted wanted, SchemaCompiler compiler)
      throws InvalidDocumentException {
    var base = document.baseUrl(wanted.baseUrl());
    var unfit = new TreeMap<String, String>();
    var unresolved = new ArrayList<String>();
    var all = found(document, unfit, unresolved);
    var found = included(all, wanted.include());
    var reader =
        new OperationReader(
            document,
            OtherPaths.of(all, unresolved, document),
            base,
            wanted.credential(),
            compiler);
    var fit = new TreeMap<String, Operation>();
    named(found)
        .forEach((name, operation) -> {
          try {
            fit.put(name, reader.read(operation, name));
          } catch (UnfitException e) {
            unfit.put(name, e.reason().label());
          }
        });
    if (fit.isEmpty()) {
      throw new InvalidDocumentException(
          "/paths", "has no operation that can be a tool" + why(unfit));
    }
    return new Operations(fit, unfit);
  }

  private static String why(Map<String, String> unfit) {
    var first = unfit.entrySet().stream().limit(3).map(one -> one.getKey() + ": " + one.getValue());
    return unfit.isEmpty() ? "" : " (" + String.join(", ", first.toList()) + ")";
  }

  /**
   * All operations that can be read.
   *
   * @param unresolved gets the paths that point to what is not there
   */
  private static List<FoundOperation> found(
      OpenApiDocument document, Map<String, String> unfit, List<String> unresolved) {
    var found = new ArrayList<FoundOperation>();
    for (var path : document.root().path("paths").properties()) {
      if (path.getKey().startsWith("x-")) {
        continue;
      }
      JsonNode item;
      try {
        item = document.resolved(path.getValue());
      } catch (UnfitException e) {
        unfit.put(path.getKey(), e.reason().label());
        unresolved.add(path.getKey());
        continue;
      }
      for (var method : METHODS) {
        if (item.path(method).isObject() && (document.isOf32() || !method.equals(QUERY))) {
          found.add(
              new FoundOperation(
                  method.toUpperCase(Locale.ROOT), path.getKey(), item, item.path(method)));
        }
      }
      if (document.isOf32()) {
        addMore(path.getKey(), item, found, unfit);
      }
    }
    return found;
  }

  /** Those whose methods OpenAPI itself does not know. */
  private static void addMore(
      String path, JsonNode item, List<FoundOperation> found, Map<String, String> unfit) {
    for (var more : item.path("additionalOperations").properties()) {
      var method = more.getKey();
      if (METHODS.contains(method.toLowerCase(Locale.ROOT))) {
        unfit.put(method + " " + path, Misfit.INVALID_OPERATION.label());
      } else if (more.getValue().isObject()) {
        found.add(new FoundOperation(method, path, item, more.getValue()));
      }
    }
  }

  private static List<FoundOperation> included(List<FoundOperation> found, Set<String> include)
      throws InvalidDocumentException {
    var missing = new TreeSet<>(include);
    found.forEach(operation -> missing.removeAll(operation.words()));
    if (!missing.isEmpty()) {
      throw new InvalidDocumentException(
          "/paths", "has no operation with the id or tag " + missing.first());
    }
    var wanted =
        include.isEmpty()
            ? found
            : found.stream()
                .filter(one -> one.words().stream().anyMatch(include::contains))
                .toList();
    if (wanted.size() > MAX_OPERATIONS) {
      throw new InvalidDocumentException(
          "/paths", "has more than %d operations; name some in include".formatted(MAX_OPERATIONS));
    }
    return wanted;
  }

  private static Map<String, FoundOperation> named(List<FoundOperation> found) {
    var counts = new HashMap<String, Integer>();
    found.forEach(one -> counts.merge(one.name(), 1, Integer::sum));
    var names = new HashSet<String>();
    var named = new LinkedHashMap<String, FoundOperation>();
    for (var one : found) {
      var name = counts.getOrDefault(one.name(), 0) == 1 ? one.name() : one.distinctName();
      if (names.add(name)) {
        named.put(name, one);
      } else {
        named.put(one.distinctName(), one);
      }
    }
    return named;
  }

  /** The definitions of the tools, in the order of their names. */
  public List<ObjectNode> definitions() {
    return fit.values().stream().map(Operation::definition).toList();
  }

  /** Why operations are no tools: stable codes, by the names that the tools would have. */
  public Map<String, String> unfit() {
    return unfit;
  }

  Optional<Operation> find(String tool) {
    return Optional.ofNullable(fit.get(tool));
  }
}
