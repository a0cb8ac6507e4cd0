package dev.sallyport.llm.http;

import dev.sallyport.llm.route.Conversation;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The headers by which clients tell who they are and which conversation they are in, as OpenRouter
 * takes them, and those that belong to the form in which they talk.
 */
public final class ToldHeaders {
  private static final HeaderName SESSION = HeaderNames.create(Conversation.HEADER);

  private static final List<HeaderName> NAMES =
      List.of(
          HeaderNames.create("HTTP-Referer"),
          HeaderNames.create("X-OpenRouter-Title"),
          HeaderNames.create("X-Title"),
          HeaderNames.create("X-Request-ID"),
          SESSION);

  private static final Pattern SANE = Pattern.compile("[\\x20-\\x7e]{1,256}");

  /** What is passed on of a header that belongs to a form. */
  private static final Pattern OF_A_FORM = Pattern.compile("[A-Za-z0-9 ,._:-]{1,2000}");

  private ToldHeaders() {}

  /** Which conversation a request says it is of; empty if it does not, or not in a sane way. */
  public static Optional<String> session(ServerRequest request) {
    return sane(request, SESSION);
  }

  private static Optional<String> sane(ServerRequest request, HeaderName name) {
    return request.headers().first(name).filter(value -> SANE.matcher(value).matches());
  }

  /**
   * Those that are there and can be passed on, by their names in lower case.
   *
   * @param ofForm the names of those that belong to the caller's form
   */
  static Map<String, String> of(ServerRequest request, Set<String> ofForm) {
    var told = new LinkedHashMap<String, String>();
    for (var name : NAMES) {
      sane(request, name).ifPresent(value -> told.put(name.lowerCase(), value));
    }
    for (var name : ofForm) {
      var joined = String.join(",", request.headers().all(HeaderNames.create(name), List::of));
      if (OF_A_FORM.matcher(joined).matches()) {
        told.put(name, joined);
      }
    }
    return told;
  }
}
