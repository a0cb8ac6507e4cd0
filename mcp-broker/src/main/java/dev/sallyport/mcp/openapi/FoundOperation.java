package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.digest.Sha256;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * An operation in a document.
 *
 * @param method in capitals
 * @param item what the document says of its path
 */
record FoundOperation(String method, String path, JsonNode item, JsonNode operation) {
  /** The longest name of a tool or of an argument, in characters. */
  static final int MAX_NAME = 64;

  private static final int HASH_CHARS = 8;

  /** What its tool is called, if nothing else is called so. */
  String name() {
    var id = operation.path("operationId").asText("");
    var spoken = id.isBlank() ? method.toLowerCase(Locale.ROOT) + "_" + words(path) : id;
    var plain = spoken.replaceAll("[^A-Za-z0-9_.-]", "_");
    return plain.length() <= MAX_NAME ? plain : marked(plain, spoken);
  }

  /** What its tool is called if others have the same name: the same whatever stands beside it. */
  String distinctName() {
    return marked(name(), method + " " + path);
  }

  /** The words by which an administrator can mean it. */
  Set<String> words() {
    var words = new HashSet<String>();
    words.add(name());
    if (operation.path("operationId").isTextual()) {
      words.add(operation.path("operationId").textValue());
    }
    operation.path("tags").forEach(tag -> words.add(tag.asText()));
    return words;
  }

  /** A name with a digest of what it stands for at its end, and no longer than a name may be. */
  static String marked(String name, String of) {
    int most = MAX_NAME - HASH_CHARS - 1;
    return (name.length() <= most ? name : name.substring(0, most))
        + "_"
        + Sha256.hex(of).substring(0, HASH_CHARS);
  }

  private static String words(String path) {
    return path.replaceAll("[^A-Za-z0-9]+", "_").replaceAll("^_|_$", "");
  }
}
