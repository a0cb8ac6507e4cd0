package dev.sallyport.llm.http;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Reads the bodies of requests, none larger than allowed. */
public final class BodyReader {
  private static final int USUAL = 8_192;

  private final int maxBytes;

  /** A reader of bodies no larger than this. */
  public BodyReader(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Reads a JSON body.
   *
   * @throws Refusal if it says that it is something else, or it is too large
   */
  public byte[] read(ServerRequest request) {
    checkType(request);
    long told = request.headers().contentLength().orElse(-1);
    if (told > maxBytes) {
      throw new Refusal(RefusalCode.REQUEST_TOO_LARGE);
    }
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    try (var in = request.content().inputStream()) {
      var first = in.readNBytes(told < 0 ? USUAL : (int) told);
      if (told >= 0 || first.length < USUAL) {
        return first;
      }
      var rest = in.readNBytes(maxBytes - first.length + 1);
      if (first.length + rest.length > maxBytes) {
        throw new Refusal(RefusalCode.REQUEST_TOO_LARGE);
      }
      var all = new byte[first.length + rest.length];
      System.arraycopy(first, 0, all, 0, first.length);
      System.arraycopy(rest, 0, all, first.length, rest.length);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void checkType(ServerRequest request) {
    var types = request.headers().all(HeaderNames.CONTENT_TYPE, List::of);
    var type = types.size() == 1 ? types.getFirst() : "";
    int end = type.indexOf(';');
    if (!(end < 0 ? type : type.substring(0, end)).strip().equalsIgnoreCase("application/json")) {
      throw new Refusal(RefusalCode.UNSUPPORTED_MEDIA_TYPE);
    }
  }
}
