package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** An answer that is allowed and odd, in what it says and in how it is sent. */
final class OddAnswer {
  private static final String ID = "$ID";
  private static final String TOKEN = "$TOKEN";

  /** Where white space may stand. */
  private static final String GAP = "\u0001";

  private static final List<String> SCALARS =
      List.of(
          "0",
          "-1",
          "1.0",
          "1.50",
          "1e400",
          "-2.5E-300",
          "12345678901234567890123",
          "true",
          "false",
          "null",
          "\"\"",
          "\"\\u0000\\u001f\\u007f\"",
          "\"\\ud83d\\ude80 \u00e9\u20ac\ud83d\ude80\"",
          "\"\\/ \\u2028 \u2028\"",
          "\"data: x\\n\\r\\ndata: y\"",
          "\"{{ref_1}}\"",
          "\"cut \\ud83d\"",
          "\"{\\\"packed\\\": [1]}\"");
  private static final List<String> NAMES =
      List.of("", "a/b~c", "__proto__", "type", "$ref", "text", "\u00e9", "id", "jsonrpc", "_meta");
  private static final List<String> BLOCKS =
      List.of(
          "\"type\":\"text\",\"text\":\"x\\r\\ny\"",
          "\"type\":\"image\",\"data\":\"aGk=\",\"mimeType\":\"image/png\"",
          "\"type\":\"audio\",\"data\":\"\",\"mimeType\":\"audio/wav\"",
          "\"type\":\"resource_link\",\"uri\":\"file:///a\",\"name\":\"a\",\"size\":1e3",
          "\"type\":\"resource\",\"resource\":{\"uri\":\"x:y\",\"text\":\"\"}",
          "\"type\":\"resource\",\"resource\":{\"uri\":\"x:y\",\"blob\":\"aGk=\",\"_meta\":{}}",
          "\"type\":\"of a later revision\",\"more\":[{}]");
  private static final List<String> CALLED =
      List.of(
          "7",
          "0",
          "-1",
          "1.0",
          "1E+2",
          "9007199254740993",
          "123456789012345678901234567890",
          "\"\"",
          "\"\u00e9 \\ud83d\\ude80\"");
  private static final List<String> CODES =
      List.of("0", "1", "-1", "-32000", "-32001", "-32603", "2147483647", "-2147483648");

  private final Random random;
  private final boolean stateless;
  private final List<String> texts = new ArrayList<>();
  private final boolean failure;
  private final String id;
  private final String token;

  /**
   * An answer.
   *
   * @param stateless whether it is of a revision without sessions
   */
  OddAnswer(int seed, boolean stateless) {
    this.random = new Random(seed);
    this.stateless = stateless;
    id = pick(CALLED);
    token = pick(CALLED);
    for (int i = random.nextInt(4); i > 0; i--) {
      texts.add(random.nextBoolean() ? progress() : log());
    }
    failure = random.nextInt(4) == 0;
    texts.add(failure ? failure() : response());
  }

  /** By what its caller calls the request, as JSON. */
  String id() {
    return id;
  }

  /** By what its caller knows the progress, as JSON. */
  String token() {
    return token;
  }

  /** All that is said, as a caller is to hear it. */
  List<JsonNode> messages() throws MalformedJsonException {
    var messages = new ArrayList<JsonNode>();
    for (var text : texts) {
      var own = text.replace(ID, id).replace(TOKEN, token).replace(GAP, "");
      messages.add(Json.parseResult(own.getBytes(StandardCharsets.UTF_8)));
    }
    return messages;
  }

  @Override
  public String toString() {
    return texts.toString().replace(GAP, "");
  }

  /** Answers a request, in one piece if there is nothing before the answer. */
  void send(HttpExchange exchange, JsonNode request) throws IOException {
    if (texts.size() == 1 && random.nextBoolean()) {
      int status = failure ? pick(List.of(200, 400, 500)) : 200;
      var type =
          pick(List.of("application/json", "Application/JSON; charset=utf-8", "application/json;"));
      var mark = random.nextInt(8) == 0 ? "\ufeff" : "";
      TestingMcpServer.sendRaw(exchange, status, type, mark + sent(texts.getFirst(), request));
    } else {
      stream(exchange, events(request).getBytes(StandardCharsets.UTF_8));
    }
  }

  private void stream(HttpExchange exchange, byte[] bytes) throws IOException {
    var type = pick(List.of("text/event-stream", "Text/Event-Stream; charset=utf-8"));
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(200, 0);
    int most = pick(List.of(1, 7, 1_000));
    try (var out = exchange.getResponseBody()) {
      for (int i = 0; i < bytes.length; i += most) {
        out.write(bytes, i, Math.min(most, bytes.length - i));
        out.flush();
      }
    }
  }

  private String sent(String text, JsonNode request) {
    var whole =
        text.replace(ID, request.path("id").toString())
            .replace(TOKEN, request.at("/params/_meta/progressToken").toString());
    var parts = new StringBuilder();
    for (var part : whole.split(GAP, -1)) {
      parts.append(parts.isEmpty() ? "" : pick(List.of("", "", " ", "\n", "\t\n "))).append(part);
    }
    return parts.toString();
  }

  private String events(JsonNode request) {
    var end = pick(List.of("\n", "\r\n", "\r"));
    var lines = new ArrayList<String>();
    for (var text : texts) {
      while (random.nextInt(3) == 0) {
        lines.addAll(
            pick(
                List.of(
                    List.of(": still there", ""),
                    List.of(":"),
                    List.of("id: 7", "retry: 10", "data:", ""),
                    List.of("event: ping", "data: 2026-11-24", ""),
                    List.of("data", ""),
                    List.of("unknown: field", "", ""))));
      }
      if (random.nextBoolean()) {
        lines.add("event: message");
      }
      sent(text, request)
          .lines()
          .forEach(line -> lines.add(pick(List.of("data:", "data: ")) + line));
      if (random.nextBoolean()) {
        lines.add("id: " + lines.size());
      }
      lines.add("");
    }
    var mark = random.nextInt(8) == 0 ? "\ufeff" : "";
    return mark + String.join(end, lines) + end;
  }

  private String progress() {
    return "{\"jsonrpc\":\"2.0\",%s\"method\":\"notifications/progress\",\"params\":{\"progressToken\":%s,\"progress\":%s,\"more\":%s}}"
        .formatted(GAP, TOKEN, random.nextInt(100), value(2));
  }

  private String log() {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",%s\"params\":{\"level\":\"error\",\"data\":%s,\"logger\":\"x\"}}"
        .formatted(GAP, value(3));
  }

  private String failure() {
    var data = random.nextBoolean() ? ",\"data\":" + value(4) : "";
    return "{\"error\":{\"code\":%s,%s\"message\":\"no\\nluck\"%s,\"more\":%s},%s\"id\":%s,\"jsonrpc\":\"2.0\"}"
        .formatted(pick(CODES), GAP, data, value(1), GAP, ID);
  }

  private String response() {
    var members = new ArrayList<String>();
    var blocks = new ArrayList<String>();
    for (int i = random.nextInt(4); i > 0; i--) {
      blocks.add(
          "{%s,\"annotations\":{\"audience\":[\"user\"],\"priority\":%s},\"_meta\":%s}"
              .formatted(pick(BLOCKS), pick(List.of("0", "0.50", "1.0")), object(2)));
    }
    members.add("\"content\":[" + String.join("," + GAP, blocks) + "]");
    if (random.nextBoolean()) {
      members.add("\"structuredContent\":" + (stateless ? value(5) : object(5)));
    }
    if (random.nextBoolean()) {
      members.add("\"isError\":" + random.nextBoolean());
    }
    if (random.nextBoolean()) {
      members.add("\"_meta\":{\"example.org/x\":" + value(3) + "}");
    }
    if (random.nextBoolean()) {
      members.add("\"unknown\":" + value(3));
    }
    if (stateless) {
      members.add("\"resultType\":\"complete\"");
    }
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,%s\"result\":{%s}}"
        .formatted(ID, GAP, String.join("," + GAP, members));
  }

  private String value(int depth) {
    return switch (depth == 0 ? 0 : random.nextInt(4)) {
      case 0, 1 -> pick(SCALARS);
      case 2 -> object(depth);
      default -> {
        var items = new ArrayList<String>();
        for (int i = random.nextInt(4); i > 0; i--) {
          items.add(value(depth - 1));
        }
        yield "[" + GAP + String.join(",", items) + "]";
      }
    };
  }

  private String object(int depth) {
    var members = new ArrayList<String>();
    for (var name : NAMES) {
      if (random.nextInt(4) == 0) {
        members.add("\"%s\":%s%s".formatted(name, GAP, value(Math.max(0, depth - 1))));
      }
    }
    return "{" + String.join(",", members) + GAP + "}";
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
