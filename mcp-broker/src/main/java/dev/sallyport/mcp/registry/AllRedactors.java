package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.vault.Redactor;
import java.io.InputStream;
import java.util.List;

/** Takes out what any of several redactors finds. */
record AllRedactors(List<Redactor> all) implements Redactor {
  AllRedactors {
    all = List.copyOf(all);
  }

  @Override
  public InputStream redact(InputStream in) {
    var left = in;
    for (var redactor : all) {
      left = redactor.redact(left);
    }
    return left;
  }

  @Override
  public String redact(String text) {
    var left = text;
    for (var redactor : all) {
      left = redactor.redact(left);
    }
    return left;
  }

  @Override
  public JsonNode redact(JsonNode tree) {
    var left = tree;
    for (var redactor : all) {
      left = redactor.redact(left);
    }
    return left;
  }

  @Override
  public int found() {
    return all.stream().mapToInt(Redactor::found).sum();
  }
}
