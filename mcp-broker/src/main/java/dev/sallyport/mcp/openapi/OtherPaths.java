package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The paths of all operations. A value of several segments could make the path of one operation
 * that of another, as the branch {@code main/protection} does where the protection of a branch is
 * an operation of its own, which nobody may have approved.
 */
final class OtherPaths {
  private final List<Known> all;

  private OtherPaths(List<Known> all) {
    this.all = all;
  }

  /**
   * The path of an operation.
   *
   * @param nameless without the names of its parameters
   */
  private record Known(String method, String nameless, List<Kind> kinds) {}

  /** What stands at one place of a path. */
  private sealed interface Kind {
    /** A segment that is always the same. */
    record Fixed(String text) implements Kind {}

    /** A segment with a value in it. */
    record One() implements Kind {}

    /** One segment or several, with a value in them. */
    record Several() implements Kind {}
  }

  /** The paths of all operations of a document, wanted or not. */
  static OtherPaths of(List<FoundOperation> all, OpenApiDocument document) {
    return new OtherPaths(
        all.stream()
            .map(one -> new Known(one.method(), nameless(one.path()), kinds(one, document)))
            .toList());
  }

  /**
   * Whether plain segments are the path of another operation than this one, of its method, that
   * differs from it in more than what its parameters are called.
   */
  Predicate<List<String>> besides(FoundOperation own) {
    var nameless = nameless(own.path());
    return segments -> {
      var bare = bare(segments);
      return all.stream()
          .filter(one -> one.method().equals(own.method()) && !one.nameless().equals(nameless))
          .anyMatch(one -> one.kinds().size() <= bare.size() && matches(one.kinds(), bare));
    };
  }

  private static String nameless(String path) {
    return path.replaceAll("\\{[^{}]*}", "{}");
  }

  private static List<Kind> kinds(FoundOperation operation, OpenApiDocument document) {
    var several = several(operation, document);
    var kinds = new ArrayList<Kind>();
    for (var segment : segments(operation.path())) {
      if (!segment.contains("{")) {
        kinds.add(new Kind.Fixed(segment));
      } else {
        boolean many = several.stream().anyMatch(name -> segment.contains("{" + name + "}"));
        kinds.add(many ? new Kind.Several() : new Kind.One());
      }
    }
    return List.copyOf(kinds);
  }

  private static Set<String> several(FoundOperation operation, OpenApiDocument document) {
    var names = new HashSet<String>();
    for (var list : List.of(operation.item(), operation.operation())) {
      for (var one : list.path("parameters")) {
        var declared = resolved(one, document);
        if (ParameterReader.isOfSeveralSegments(declared)) {
          names.add(declared.path("name").asText());
        }
      }
    }
    return names;
  }

  private static JsonNode resolved(JsonNode node, OpenApiDocument document) {
    try {
      return document.resolved(node);
    } catch (UnfitException _) {
      return node; // an operation that is none
    }
  }

  private static List<String> segments(String path) {
    var segments = new ArrayList<>(List.of(path.split("/", -1)));
    segments.removeIf(String::isEmpty);
    return segments;
  }

  /** As a server may see them that takes no notice of what follows a semicolon. */
  private static List<String> bare(List<String> segments) {
    var bare = new ArrayList<String>();
    for (var segment : segments) {
      int parameters = segment.indexOf(';');
      bare.add(parameters < 0 ? segment : segment.substring(0, parameters));
    }
    bare.removeIf(String::isEmpty);
    return bare;
  }

  private static boolean matches(List<Kind> path, List<String> segments) {
    var ends = new boolean[segments.size() + 1];
    ends[0] = true; // so many segments are matched by the kinds until now
    for (var kind : path) {
      var next = new boolean[ends.length];
      for (int i = 1; i < ends.length; i++) {
        next[i] =
            switch (kind) {
              case Kind.Fixed(var text) ->
                  ends[i - 1] && text.equalsIgnoreCase(segments.get(i - 1));
              case Kind.One() -> ends[i - 1];
              case Kind.Several() -> ends[i - 1] || next[i - 1];
            };
      }
      ends = next;
    }
    return ends[segments.size()];
  }
}
