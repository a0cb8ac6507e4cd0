package dev.sallyport.llm.kit;

import dev.sallyport.llm.kit.Speech.Call;
import dev.sallyport.llm.kit.Speech.End;
import dev.sallyport.llm.kit.Speech.Part;
import dev.sallyport.llm.kit.Speech.Thought;
import dev.sallyport.llm.kit.Speech.Words;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A streamed answer as a provider sends it.
 *
 * @param protocol by the name that resources have for it
 * @param api {@code chat} or {@code responses}
 * @param says what it holds: {@code text}, {@code thought}, {@code calls} (two at once), or {@code
 *     all} of these
 * @param first the index of the first piece that says anything
 */
public record Recorded(String protocol, String api, String says, Script script, int first) {
  private static final Usage USAGE = new Usage(16, 4, 2, 0, 0);

  /** Of each protocol, each kind of answer. */
  public static List<Recorded> all() {
    var tokens = new GoogleTokens(URI.create("http://127.0.0.1"), InstantSource.system());
    var all = new ArrayList<Recorded>();
    for (var says : SPEECHES.keySet().stream().sorted().toList()) {
      all.add(of(new ChatDialect(ChatDialect.House.OPENAI), says));
      all.add(of(new ChatDialect(ChatDialect.House.AZURE), says));
      all.add(of(new ChatDialect(ChatDialect.House.OPENROUTER), says));
      all.add(of(new ResponsesDialect(false, "org"), says));
      all.add(of(new MessagesDialect(), says));
      all.add(of(new GeminiDialect(false, tokens, Rules.NONE), says));
      all.add(of(new GeminiDialect(true, tokens, Rules.NONE), says));
      all.add(of(new ConverseDialect(Rules.NONE), says));
    }
    return all;
  }

  private static final Map<String, List<Part>> SPEECHES =
      Map.of(
          "text", List.of(new Words("Hello, grüne world.")),
          "thought", List.of(new Thought("I look at it.", false), new Words("Hello.")),
          "calls", List.of(call("Bern"), call("Zürich")),
          "all",
              List.of(
                  new Thought("I look at it.", false),
                  new Thought("Hidden.", true),
                  new Words("I call."),
                  call("Bern"),
                  call("Zürich")));

  private static Call call(String city) {
    return new Call("weather", Trees.object().put("city", city));
  }

  private static Recorded of(Dialect dialect, String says) {
    var parts = SPEECHES.getOrDefault(says, List.of());
    var end = parts.getLast() instanceof Call ? End.TOOL_CALLS : End.STOP;
    var speech = new Speech(parts, end);
    var usage = USAGE.plus(new Usage(0, 0, 0, speech.textTokens(), speech.thoughtTokens()));
    var asked =
        new Asked(
            "fake/" + says,
            true,
            true,
            List.of(),
            false,
            0,
            "Hi",
            0,
            Optional.empty(),
            OptionalLong.empty(),
            true);
    var played = dialect.stream(new Take(1, asked, speech, usage));
    int first = 0;
    while (played.made().get(first) == 0) {
      first++;
    }
    var api = dialect instanceof ResponsesDialect ? "responses" : "chat";
    return new Recorded(dialect.name(), api, says, played.script(), first);
  }
}
