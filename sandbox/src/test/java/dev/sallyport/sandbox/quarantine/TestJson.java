package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;

/** JSON in tests, written with single quotes. */
final class TestJson {
  private TestJson() {}

  static JsonNode json(String text) {
    return Content.parse(text.replace('\'', '"')).orElseThrow();
  }
}
