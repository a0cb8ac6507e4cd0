package dev.sallyport.llm;

import dev.sallyport.llm.kit.Recorded;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.testing.EventStreams;
import dev.sallyport.llm.testing.TestingProxy;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Streams in the form of Anthropic's or of OpenAI's Responses as others serve them: OpenRouter,
 * Google Cloud by {@code rawPredict}, and Bedrock by InvokeModel.
 */
final class PassedStreams {
  private static final String PASSED = "passed ";
  private static final Pattern BYTES = Pattern.compile("\"bytes\":\"([A-Za-z0-9+/=]+)\"");

  private PassedStreams() {}

  /** These, and those of each protocol's own. */
  static Stream<Recorded> andAllOthers() {
    return Stream.concat(
        Recorded.all().stream(), Recorded.all().stream().flatMap(PassedStreams::elsewhere));
  }

  /** The form that a stream goes by in; empty if it is one of a protocol's own. */
  static Optional<Form> form(Recorded recorded) {
    return recorded.api().startsWith(PASSED)
        ? Optional.of(Form.valueOf(recorded.api().substring(PASSED.length())))
        : Optional.empty();
  }

  private static Stream<Recorded> elsewhere(Recorded one) {
    if (one.protocol().equals("anthropic")) {
      var invoked =
          EventStreams.script(one.script().pieces().stream().map(PassedStreams::invoked).toList());
      return Stream.of(
          passed(one, "openrouter", Form.MESSAGES, one.script()),
          passed(one, "vertex", Form.MESSAGES, one.script()),
          passed(one, "bedrock", Form.MESSAGES, invoked));
    }
    return one.api().equals("responses")
        ? Stream.of(passed(one, "openrouter", Form.RESPONSES, one.script()))
        : Stream.empty();
  }

  private static Recorded passed(Recorded one, String protocol, Form form, Script script) {
    return new Recorded(protocol, PASSED + form, one.says(), script, one.first());
  }

  private static byte[] invoked(byte[] event) {
    var text = new String(event, StandardCharsets.UTF_8);
    var data = text.substring(text.indexOf("data: ") + "data: ".length()).strip();
    var bytes = Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8));
    return EventStreams.frames("chunk {\"bytes\":\"" + bytes + "\"}").getFirst();
  }

  /** The text of a piece, whatever it is wrapped in. */
  static String text(byte[] piece) {
    var text = new String(piece, StandardCharsets.UTF_8);
    var bytes = BYTES.matcher(text);
    return bytes.find()
        ? new String(Base64.getDecoder().decode(bytes.group(1)), StandardCharsets.UTF_8)
        : text;
  }

  /** Adds a deployment of a model of Anthropic's, wherever it is served. */
  static void deploy(TestingProxy testing, String alias, String provider) {
    testing.add(
        "Deployment",
        alias + "-" + provider,
        ("{\"alias\":\"%s\",\"provider\":\"%s\",\"upstreamModel\":\"anthropic.claude\","
                + "\"model\":\"up\",\"publisher\":\"anthropic\",\"priority\":0,"
                + "\"price\":{\"inputUsdPerMillion\":\"3.00\",\"outputUsdPerMillion\":\"15.00\"}}")
            .formatted(alias, provider));
  }
}
