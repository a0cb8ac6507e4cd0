package dev.sallyport.identity.http;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Arrays;
import java.util.List;

/**
 * Lets bodies pass only as they are: one that is compressed could unpack to any size. Source: RFC
 * 9110, sections 8.4 and 15.5.16.
 */
public final class PlainBodies {
  private static final String IDENTITY = "identity";
  private static final String ADVICE =
      "The body must not be compressed. Send it as it is, without Content-Encoding.";

  private PlainBodies() {}

  /** Requires it before all routes that are registered after this one. */
  public static void beforeRoutes(ServerRequest request, ServerResponse response) {
    require(request, response);
    response.next();
  }

  /**
   * Requires that a body is as it is. Of one that is not, the answer says in {@code
   * Accept-Encoding} what is taken.
   *
   * @throws Refusal with UNSUPPORTED_MEDIA_TYPE if it is encoded
   */
  public static void require(ServerRequest request, ServerResponse response) {
    var headers = request.headers();
    if (headers.contains(HeaderNames.CONTENT_ENCODING)
        && !isPlain(headers.all(HeaderNames.CONTENT_ENCODING, List::of))) {
      response.header(HeaderNames.ACCEPT_ENCODING, IDENTITY);
      throw new Refusal(RefusalCode.UNSUPPORTED_MEDIA_TYPE, ADVICE);
    }
  }

  private static boolean isPlain(List<String> encodings) {
    return encodings.stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(String::strip)
        .allMatch(coding -> coding.isEmpty() || coding.equalsIgnoreCase(IDENTITY));
  }
}
