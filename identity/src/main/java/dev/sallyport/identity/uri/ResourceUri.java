package dev.sallyport.identity.uri;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A URI in the one form in which it is compared: two that most servers would take for the same have
 * the same form. A URI that servers could read in more than one way has none: it has a segment
 * {@code .} or {@code ..}, an empty segment, a backslash, an escaped slash, something escaped
 * twice, bytes that are no UTF-8, invisible characters, characters that look like a slash or a dot,
 * or (in schemes of the web) a user.
 *
 * <p>Source: RFC 3986, 6.2; RFC 3987, 3.1; RFC 8089, 2.
 *
 * @param text all but the fragment
 * @param fragment what comes after {@code #}; empty if there is none
 */
public record ResourceUri(String text, String fragment) {
  /** The most characters of one, as written and in its form. */
  public static final int MAX_LENGTH = 2_048;

  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.*)");
  private static final Pattern EXPRESSION = Pattern.compile("\\{[^{}]*}");
  private static final Set<String> WEB = Set.of("http", "https", "ws", "wss", "ftp", "file");
  private static final Pattern WEB_AUTHORITY =
      Pattern.compile("([^@:%\\[\\]]*|\\[[^@%\\[\\]]*])(:[0-9]*)?");
  private static final String FILE = "file";

  /** The form of a URI; empty if it has none. */
  public static Optional<ResourceUri> of(String uri) {
    var scheme = SCHEME.matcher(uri);
    if (uri.length() > MAX_LENGTH || !scheme.matches() || UriTemplate.leadsUp(uri)) {
      return Optional.empty();
    }
    var rest = scheme.group(2);
    int hash = rest.indexOf('#');
    var fragment = hash < 0 ? "" : rest.substring(hash + 1);
    var name = scheme.group(1).toLowerCase(Locale.ROOT);
    return address(name, hash < 0 ? rest : rest.substring(0, hash))
        .flatMap(address ->
            UriText.QUERY.form(fragment).map(form -> new ResourceUri(name + ":" + address, form)))
        .filter(form -> form.toString().length() <= MAX_LENGTH);
  }

  /**
   * The form of a template's text: that of a URI, with its expressions as they are.
   *
   * @return empty if it has none
   */
  public static Optional<String> ofTemplate(String template) {
    var mark = new StringBuilder("q0q");
    while (template.toLowerCase(Locale.ROOT).contains(mark)) {
      mark.append('q');
    }
    var expressions = new LinkedHashMap<String, String>();
    var literals =
        EXPRESSION
            .matcher(template)
            .replaceAll(found -> {
              var name = mark + "-" + expressions.size() + "-";
              expressions.put(name, found.group());
              return name;
            });
    if (literals.contains("{") || literals.contains("}")) {
      return Optional.empty();
    }
    return of(literals).map(form -> put(expressions, form.toString()));
  }

  private static String put(Map<String, String> values, String text) {
    var filled = text;
    for (var value : values.entrySet()) {
      filled = filled.replace(value.getKey(), value.getValue());
    }
    return filled;
  }

  private static Optional<String> address(String scheme, String rest) {
    int mark = rest.indexOf('?');
    var query = mark < 0 ? "" : rest.substring(mark + 1);
    if (scheme.equals(FILE) && !query.isEmpty()) {
      return Optional.empty();
    }
    return place(scheme, mark < 0 ? rest : rest.substring(0, mark))
        .flatMap(place ->
            UriText.QUERY.form(query).map(form -> form.isEmpty() ? place : place + "?" + form));
  }

  /** The authority and the path. */
  private static Optional<String> place(String scheme, String place) {
    if (!place.startsWith("//")) {
      if (!WEB.contains(scheme)) {
        return path(place);
      }
      return scheme.equals(FILE) && place.startsWith("/")
          ? path(place).map(path -> "//" + path)
          : Optional.empty();
    }
    int slash = place.indexOf('/', 2);
    var authority = slash < 0 ? place.substring(2) : place.substring(2, slash);
    return authority(scheme, authority)
        .flatMap(host ->
            path(slash < 0 ? "" : place.substring(slash))
                .map(path -> "//" + host + (path.equals("/") && !host.isEmpty() ? "" : path)));
  }

  private static Optional<String> path(String path) {
    return path.contains("//") ? Optional.empty() : UriText.PATH.form(path);
  }

  private static Optional<String> authority(String scheme, String authority) {
    var form = UriText.AUTHORITY.form(authority).map(text -> text.toLowerCase(Locale.ROOT));
    return WEB.contains(scheme) ? form.flatMap(host -> webHost(scheme, host)) : form;
  }

  private static Optional<String> webHost(String scheme, String authority) {
    var parts = WEB_AUTHORITY.matcher(authority);
    if (!parts.matches()) {
      return Optional.empty();
    }
    var host = parts.group(1).endsWith(".") ? shorter(parts.group(1)) : parts.group(1);
    var port = Optional.ofNullable(parts.group(2)).orElse("");
    if (scheme.equals(FILE)) {
      return port.isEmpty() ? Optional.of(host.equals("localhost") ? "" : host) : Optional.empty();
    }
    boolean standard = port.equals(":") || port.equals(standardPort(scheme));
    return Optional.of(standard ? host : host + port).filter(form -> !host.isEmpty());
  }

  private static String standardPort(String scheme) {
    return switch (scheme) {
      case "http", "ws" -> ":80";
      case "https", "wss" -> ":443";
      case "ftp" -> ":21";
      default -> "";
    };
  }

  private static String shorter(String text) {
    return text.substring(0, text.length() - 1);
  }

  /** All of it. */
  @Override
  public String toString() {
    return fragment.isEmpty() ? text : text + "#" + fragment;
  }
}
