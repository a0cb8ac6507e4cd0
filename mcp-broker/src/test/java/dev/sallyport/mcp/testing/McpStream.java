package dev.sallyport.mcp.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A stream that a client reads as it comes. For one thread. */
public final class McpStream implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpResponse<InputStream> response;
  private final BufferedReader lines;
  private String lastId = "";

  McpStream(HttpResponse<InputStream> response) {
    this.response = response;
    lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  public int status() {
    return response.statusCode();
  }

  public String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** The id of the last event that was read. */
  public String lastId() {
    return lastId;
  }

  /** The next line as it is; empty at the end. */
  public Optional<String> line() {
    try {
      var line = Optional.ofNullable(lines.readLine());
      line.filter(some -> some.startsWith("id: ")).ifPresent(some -> lastId = some.substring(4));
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next message. */
  public JsonNode next() {
    return message().orElseThrow(() -> new IllegalStateException("the stream has ended"));
  }

  /** All that is left. */
  public List<JsonNode> rest() {
    var messages = new ArrayList<JsonNode>();
    for (var next = message(); next.isPresent(); next = message()) {
      messages.add(next.get());
    }
    return messages;
  }

  private Optional<JsonNode> message() {
    for (var line = line(); line.isPresent(); line = line()) {
      var text = line.get();
      if (text.startsWith("data: ") && text.length() > "data: ".length()) {
        return Optional.of(parsed(text.substring("data: ".length())));
      }
      if (text.startsWith("{")) {
        return Optional.of(parsed(text));
      }
    }
    return Optional.empty();
  }

  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leaves. */
  @Override
  public void close() {
    try {
      response.body().close();
    } catch (IOException _) {
      // It was left already.
    }
  }
}
