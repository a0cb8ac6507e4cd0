package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What media types say. */
final class MediaTypes {
  private static final Pattern ONE =
      Pattern.compile("[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}");
  private static final Pattern CHARSET =
      Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([A-Za-z0-9._:-]{1,40})\"?");

  private MediaTypes() {}

  /** What stands in a {@code content} of one media type, under its name; empty for any other. */
  static Optional<Map.Entry<String, JsonNode>> only(JsonNode content) {
    var all = content.properties();
    return all.size() == 1 ? Optional.of(all.iterator().next()) : Optional.empty();
  }

  /** The type without its parameters, in small letters. */
  static String bare(String type) {
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
  }

  /** Whether it is the name of one type, which can be sent as it is. */
  static boolean isOne(String type) {
    return ONE.matcher(type).matches();
  }

  static boolean isJson(String type) {
    var bare = bare(type);
    return bare.equals("application/json") || bare.equals("text/json") || bare.endsWith("+json");
  }

  /** Whether it stands for any type, or any of applications. */
  static boolean isAny(String type) {
    var bare = bare(type);
    return bare.equals("*/*") || bare.equals("application/*");
  }

  /** Whether it is of one type that is none of texts, forms and parts. */
  static boolean isOfBytes(String type) {
    return isOne(type) && !isJson(type) && !isText(type) && !type.startsWith("multipart/");
  }

  static boolean isText(String type) {
    var bare = bare(type);
    return bare.startsWith("text/")
        || bare.endsWith("+xml")
        || bare.endsWith("+yaml")
        || bare.endsWith("+json-seq")
        || switch (bare) {
          case "application/xml",
              "application/yaml",
              "application/x-yaml",
              "application/javascript",
              "application/x-ndjson",
              "application/jsonl",
              "application/json-seq",
              "application/jsonpath",
              "application/graphql",
              "application/sql",
              "application/x-www-form-urlencoded" ->
              true;
          default -> false;
        };
  }

  static Optional<String> charset(String type) {
    var found = CHARSET.matcher(type);
    return found.find() ? Optional.of(found.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
  }
}
