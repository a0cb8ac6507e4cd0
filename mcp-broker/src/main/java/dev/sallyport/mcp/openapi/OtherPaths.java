package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

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
   * @param method empty for any
   * @param nameless without the names of its parameters
   */
  private record Known(Optional<String> method, String nameless, List<Kind> kinds) {
    boolean isBeside(FoundOperation own) {
      return method.map(own.method()::equals).orElse(true)
          && !nameless.equals(OtherPaths.nameless(own.path()));
    }
  }

  /** What stands at one place of a path. */
  private sealed interface Kind {
    /** A segment that is always the same, decoded. */
    record Fixed(String text) implements Kind {}

    /** A segment with a value in it. */
    record One() implements Kind {}

    /** One segment or several, with a value in them. */
    record Several() implements Kind {}
  }

  /**
   * A segment of a request.
   *
   * @param text its begin, or the whole of it
   * @param whole whether nothing follows the text
   */
  private record Sent(String text, boolean whole) {
    /**
     * Whether a server may take it for a segment that is always the same: some take no notice of
     * what follows a semicolon or, in the last segment, of an ending such as {@code .json}.
     */
    boolean maybe(String fixed, boolean last) {
      int length = fixed.length();
      if (!text.regionMatches(true, 0, fixed, 0, length)) {
        return false;
      }
      return length == text.length()
          ? whole
          : text.charAt(length) == ';' || (last && text.charAt(length) == '.');
    }

    /** Whether a server may take it for none at all. */
    boolean maybeNothing() {
      return text.startsWith(";");
    }
  }

  /**
   * The paths of all operations of a document, wanted or not.
   *
   * @param unknown the paths whose operations cannot be read, which may be of any method
   */
  static OtherPaths of(
      List<FoundOperation> all, Collection<String> unknown, OpenApiDocument document) {
    var known =
        all.stream()
            .map(one ->
                new Known(Optional.of(one.method()), nameless(one.path()), kinds(one, document)));
    var more =
        unknown.stream()
            .map(path -> new Known(Optional.empty(), nameless(path), kinds(path, _ -> true)));
    return new OtherPaths(Stream.concat(known, more).toList());
  }

  /**
   * Whether plain segments are the path of another operation than this one, of its method, that
   * differs from it in more than what its parameters are called. It does not count where the path
   * is the other's whatever the values are, as {@code /branches/{branch}/protection} is always
   * {@code /branches/{path}}.
   */
  Predicate<List<String>> besides(FoundOperation own) {
    var always = always(own.path());
    return segments -> {
      var sent =
          segments.stream().filter(one -> !one.isEmpty()).map(one -> new Sent(one, true)).toList();
      return all.stream()
          .filter(one -> one.isBeside(own))
          .anyMatch(one -> matches(one.kinds(), sent) && !matches(one.kinds(), always));
    };
  }

  /** What is sent of a path whatever the values are, if each is one segment. */
  private static List<Sent> always(String path) {
    var always = new ArrayList<Sent>();
    for (var segment : segments(path)) {
      int name = segment.indexOf('{');
      always.add(new Sent(name < 0 ? segment : segment.substring(0, name), name < 0));
    }
    return always;
  }

  private static String nameless(String path) {
    return path.replaceAll("\\{[^{}]*}", "{}");
  }

  private static List<Kind> kinds(FoundOperation operation, OpenApiDocument document) {
    var several = several(operation, document);
    return kinds(
        operation.path(),
        segment -> several.stream().anyMatch(name -> segment.contains("{" + name + "}")));
  }

  private static List<Kind> kinds(String path, Predicate<String> isSeveral) {
    var kinds = new ArrayList<Kind>();
    for (var segment : segments(path)) {
      if (segment.contains("{")) {
        kinds.add(isSeveral.test(segment) ? new Kind.Several() : new Kind.One());
      } else {
        segments(decoded(segment)).forEach(fixed -> kinds.add(new Kind.Fixed(fixed)));
      }
    }
    return List.copyOf(kinds);
  }

  private static String decoded(String segment) {
    try {
      return ScalarText.decoded(segment);
    } catch (IllegalArgumentException _) {
      return segment; // a path that no request has
    }
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

  private static boolean matches(List<Kind> path, List<Sent> segments) {
    int last = segments.size();
    while (last > 1 && segments.get(last - 1).maybeNothing()) {
      last--;
    }
    var ends = new boolean[segments.size() + 1];
    ends[0] = true; // so many segments are matched by the kinds until now
    for (int i = 1; i < ends.length; i++) {
      ends[i] = ends[i - 1] && segments.get(i - 1).maybeNothing();
    }
    for (var kind : path) {
      var next = new boolean[ends.length];
      for (int i = 1; i < ends.length; i++) {
        var segment = segments.get(i - 1);
        boolean matched =
            switch (kind) {
              case Kind.Fixed(var text) -> ends[i - 1] && segment.maybe(text, i >= last);
              case Kind.One() -> ends[i - 1];
              case Kind.Several() -> ends[i - 1] || next[i - 1];
            };
        next[i] = matched || (next[i - 1] && segment.maybeNothing());
      }
      ends = next;
    }
    return ends[segments.size()];
  }
}
