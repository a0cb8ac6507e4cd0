package dev.sallyport.gateway.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** The pages that need no proof, since they say nothing of this gateway. */
final class StaticPages {
  private StaticPages() {}

  /** The pages by path. */
  static Map<String, Answer> all() {
    return Map.of(
        "/", page("console/index.html", "text/html; charset=utf-8"),
        "/console.js", page("console/console.js", "text/javascript; charset=utf-8"),
        "/console.css", page("console/console.css", "text/css; charset=utf-8"),
        "/openapi", page("openapi.json", "application/json"));
  }

  private static Answer page(String name, String contentType) {
    try (var in = StaticPages.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the product lacks " + name);
      }
      return new Answer(200, contentType, Map.of(), in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
