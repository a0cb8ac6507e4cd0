package dev.sallyport.identity.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One thing that an administrator set.
 *
 * @param spec what is set, in the form that its kind has; treat as immutable
 */
public record Resource(
    String apiVersion, String kind, String name, Map<String, String> labels, ObjectNode spec) {
  /** The version of the documents that Sallyport itself defines. */
  public static final String API_VERSION = "sallyport.dev/v1";

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?");

  public Resource {
    labels = Map.copyOf(labels);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a name is 1 to 63 of a-z 0-9 . _ - and begins and ends with a letter or digit: " + name);
    }
  }

  /** What tells this resource from all others. */
  public Key key() {
    return new Key(kind, name);
  }

  /** The same resource with another spec. */
  public Resource withSpec(ObjectNode otherSpec) {
    return new Resource(apiVersion, kind, name, labels, otherSpec);
  }

  /** A resource's kind and name. */
  public record Key(String kind, String name) {
    @Override
    public String toString() {
      return kind + "/" + name;
    }
  }
}
