package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What a fake provider is asked about itself. */
final class Control {
  private final Meter meter;
  private final GoogleTokens tokens;
  private final Consumer<List<String>> behaves;

  Control(Meter meter, GoogleTokens tokens, Consumer<List<String>> behaves) {
    this.meter = meter;
    this.tokens = tokens;
    this.behaves = behaves;
  }

  /**
   * The answer to a request of its own: {@code GET /meter}, {@code GET /service-account}, or {@code
   * POST /next} with {@code {"behaviours": [...]}}.
   *
   * @return empty if the request is none of these
   * @throws Objection if a behaviour is unknown
   */
  Optional<Script> answer(Received request) {
    return switch (request.method() + " " + request.route()) {
      case "GET /meter" -> Optional.of(metered());
      case "POST /next" -> Optional.of(next(request));
      case "GET /service-account" -> Optional.of(Script.json(200, tokens.account()));
      default -> Optional.empty();
    };
  }

  private Script next(Received request) {
    var names = new ArrayList<String>();
    request.json().path("behaviours").forEach(name -> names.add(name.asText()));
    behaves.accept(names);
    return Script.json(200, Pieces.json(Trees.object().put("accepted", names.size())));
  }

  private Script metered() {
    var body = Trees.object().put("answers", meter.answers());
    body.set("total", tree(meter.total()));
    var lines = body.putArray("lines");
    for (var line : meter.lines()) {
      var entry =
          lines
              .addObject()
              .put("number", line.number())
              .put("protocol", line.protocol())
              .put("model", line.model())
              .put("cut", line.cut());
      entry.set("usage", tree(line.usage()));
    }
    return Script.json(200, Pieces.json(body));
  }

  private static ObjectNode tree(Usage usage) {
    return Trees.object()
        .put("fresh_in", usage.freshIn())
        .put("cache_read", usage.cacheRead())
        .put("cache_write", usage.cacheWrite())
        .put("text_out", usage.textOut())
        .put("reasoning_out", usage.reasoningOut());
  }
}
