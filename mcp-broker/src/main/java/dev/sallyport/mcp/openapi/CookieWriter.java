package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.mcp.openapi.Parameter.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Writes the cookies of one request. Those of an exploded list or object are cookies each, since
 * nothing but a semicolon stands between two. Source: OpenAPI 3.2, "Style Values" and
 * "Percent-Encoding and Cookies"; RFC 6265, section 4.
 */
final class CookieWriter {
  /**
   * What a cookie holds that is not encoded: visible ASCII but for what ends a value, and blanks
   * between that, as OpenAPI's example has one.
   */
  private static final Pattern PLAIN = Pattern.compile("[ !#-+\\--:<-\\[\\]-~]*");

  private final MemberNames names;
  private final List<String> cookies = new ArrayList<>();

  /**
   * No cookies yet.
   *
   * @param parameters all of the operation
   */
  CookieWriter(List<Parameter> parameters) {
    this.names = new MemberNames(parameters);
  }

  /** The value of the header; empty if there is none. */
  String text() {
    return String.join("; ", cookies);
  }

  void add(Parameter parameter, JsonNode value) {
    var items = SimpleList.of(parameter, value);
    if (parameter.exploded()) {
      items.forEach(item -> addItem(parameter, item));
    } else if (!items.isEmpty()) {
      var texts = items.stream().map(item -> text(parameter, item.getFirst())).toList();
      cookies.add(parameter.name() + "=" + String.join(",", texts));
    }
  }

  private void addItem(Parameter parameter, List<String> item) {
    var name = parameter.name();
    if (item.size() > 1) {
      name = item.getFirst();
      names.take(parameter, name);
      if (!SentHeaders.isToken(name)) {
        throw new UnfitArgumentException(
            parameter.argument(), "holds a member that cannot be the name of a cookie");
      }
    }
    cookies.add(name + "=" + text(parameter, item.getLast()));
  }

  private static String text(Parameter parameter, String text) {
    if (parameter.style() != Style.COOKIE) {
      return ScalarText.encoded(text);
    }
    if (!PLAIN.matcher(text).matches() || !text.equals(text.strip())) {
      throw new UnfitArgumentException(
          parameter.argument(),
          "stands in a cookie, which holds visible ASCII characters but quotes, commas, semicolons"
              + " and backslashes, with blanks between them only; encode others as the server takes"
              + " them");
    }
    return text;
  }
}
