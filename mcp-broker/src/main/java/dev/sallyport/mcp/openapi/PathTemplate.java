package dev.sallyport.mcp.openapi;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A path with names in braces in the place of values. A value is a part of one segment: it never
 * begins another, ends the path, or leads out of it. Where a parameter says that it is one of
 * several segments, its value begins others, and leads neither out of the path nor into that of
 * another operation.
 */
final class PathTemplate {
  private static final Pattern PART =
      Pattern.compile("\\{([^{}/?#]{1,256})}|[A-Za-z0-9._~!$&'()*+,;=:@-]");

  /** What a server that decodes twice takes for a byte, such as a slash. */
  private static final Pattern PERCENT = Pattern.compile("%[0-9A-Fa-f]{2}");

  private static final String OUT = "would lead out of its path";
  private static final Pattern DOTS = Pattern.compile("\\.{1,2}(;.*)?", Pattern.DOTALL);

  /** Of each segment its parts: texts, and names in braces. */
  private final List<List<String>> segments;

  private final Predicate<List<String>> isOther;

  private PathTemplate(List<List<String>> segments, Predicate<List<String>> isOther) {
    this.segments = segments;
    this.isOther = isOther;
  }

  /**
   * Reads a path as a document has it.
   *
   * @param isOther whether plain segments are a path to which no value may lead that may be of
   *     several segments
   * @throws UnfitException if it does not begin with a slash, holds more than a path, or leads
   *     upwards
   */
  static PathTemplate of(String path, Predicate<List<String>> isOther) throws UnfitException {
    if (!path.startsWith("/")) {
      throw new UnfitException(Misfit.INVALID_PATH);
    }
    var segments = new ArrayList<List<String>>();
    for (var text : path.substring(1).split("/", -1)) {
      segments.add(parts(text));
    }
    for (int i = 0; i < segments.size() - 1; i++) {
      if (segments.get(i).isEmpty()) {
        throw new UnfitException(Misfit.INVALID_PATH);
      }
    }
    return new PathTemplate(List.copyOf(segments), isOther);
  }

  private static List<String> parts(String segment) throws UnfitException {
    var parts = new ArrayList<String>();
    var found = PART.matcher(segment);
    int at = 0;
    while (at < segment.length()) {
      if (!found.find(at) || found.start() != at) {
        throw new UnfitException(Misfit.INVALID_PATH);
      }
      parts.add(found.group());
      at = found.end();
    }
    if (PERCENT.matcher(segment).find() || DOTS.matcher(segment).matches()) {
      throw new UnfitException(Misfit.INVALID_PATH);
    }
    return List.copyOf(parts);
  }

  /** The names in braces. */
  Set<String> names() {
    var names = new LinkedHashSet<String>();
    segments.forEach(parts ->
        parts.stream().filter(PathTemplate::isName).forEach(part -> names.add(bare(part))));
    return names;
  }

  /**
   * The path with values.
   *
   * @param values gives of a name the pieces of its value, with their arguments' names for
   *     complaints
   */
  String with(Function<String, PathValue> values) {
    var path = new StringBuilder();
    var plain = new ArrayList<String>();
    var several = new ArrayList<String>();
    for (var parts : segments) {
      path.append('/');
      var whole = append(parts, values, path, several);
      plain.addAll(List.of(whole.split("/", -1)));
    }
    if (!several.isEmpty() && isOther.test(plain)) {
      throw new UnfitArgumentException(several.getLast(), OUT);
    }
    return path.toString();
  }

  /**
   * Appends one segment, or several, and returns it as it was before it was encoded.
   *
   * @param several gets the arguments whose values may be of several segments
   */
  private static String append(
      List<String> parts,
      Function<String, PathValue> values,
      StringBuilder path,
      List<String> several) {
    var whole = new StringBuilder();
    var last = "";
    for (var part : parts) {
      if (isName(part)) {
        var value = values.apply(bare(part));
        path.append(value.encoded());
        whole.append(value.plain());
        last = value.argument();
        if (value.several()) {
          several.add(last);
        }
      } else {
        path.append(part);
        whole.append(part);
      }
    }
    for (var segment : whole.toString().split("/", -1)) {
      if (!last.isEmpty() && DOTS.matcher(segment).matches()) {
        throw new UnfitArgumentException(last, OUT);
      }
    }
    return whole.toString();
  }

  private static boolean isName(String part) {
    return part.startsWith("{");
  }

  private static String bare(String part) {
    return part.substring(1, part.length() - 1);
  }

  /**
   * A value that is written into a path.
   *
   * @param plain its text
   * @param encoded the same, as it is sent
   * @param several whether it may be of several segments, also where it is of one
   */
  record PathValue(String argument, String plain, String encoded, boolean several) {}

  /**
   * The text, if it can be a part of one segment however often a server decodes it.
   *
   * @throws UnfitArgumentException if not
   */
  static String requireOneSegment(String argument, String text) {
    if (text.isEmpty()) {
      throw new UnfitArgumentException(argument, "is empty, and stands in a path");
    }
    boolean plain = text.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
    if (!plain || PERCENT.matcher(text).find()) {
      throw new UnfitArgumentException(
          argument,
          "stands in one segment of a path, which holds no slash, backslash, control character or"
              + " percent-encoded byte");
    }
    return text;
  }
}
