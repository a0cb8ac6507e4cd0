package dev.sallyport.llm.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.Wires;
import dev.sallyport.llm.skin.Skin;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Quirks;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.SealedReasoning;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireReply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Answers of every protocol of providers, translated to every form of callers. */
public final class TranslatedAnswers {
  private static final Instant AT = Instant.ofEpochSecond(1_763_700_000);
  private static final Pattern SEALED = Pattern.compile("sallyport\\.1\\.[A-Za-z0-9_-]+");
  private static final String DATA = "data: ";

  private TranslatedAnswers() {}

  /** The forms in which models answer. */
  public static List<Skin> skins() {
    return Wires.skins(() -> AT).stream().filter(skin -> skin.form() != Form.EMBEDDINGS).toList();
  }

  /** One for each form in which providers answer, by the names of {@code Housekeeping}. */
  public static Stream<Protocol> protocols() {
    return Stream.of("chat", "responses", "messages", "gemini", "converse")
        .map(TranslatedAnswers::protocol);
  }

  /** One of them. */
  public static Protocol protocol(String name) {
    return switch (name) {
      case "chat" -> new Protocol(name, "openai", Site.Api.CHAT, path -> path, "none");
      case "responses" ->
          new Protocol(
              name,
              "openai",
              Site.Api.RESPONSES,
              path ->
                  path.replaceFirst("^response\\.", "")
                      .replaceFirst("^delta$", "output.audio")
                      .replaceFirst("^item(\\.|$)", "output$1")
                      .replaceFirst("^annotation(\\.|$)", "output.content.annotations$1")
                      .replaceFirst("^logprobs(\\.|$)", "output.content.logprobs$1"),
              // beside what earlier events told of the same
              "newer_member|((item|response.output)\\.content\\.)?(annotations?|logprobs)\\..*");
      case "messages" ->
          new Protocol(
              name,
              "anthropic",
              Site.Api.CHAT,
              path ->
                  path.replaceFirst("^message\\.", "")
                      .replaceFirst("^content_block(\\.|$)", "content$1")
                      .replaceFirst("^delta\\.citation(\\.|$)", "content.citations$1")
                      .replaceFirst("^delta\\.", ""),
              "none");
      case "gemini" -> new Protocol(name, "gemini", Site.Api.CHAT, path -> path, "none");
      case "converse" ->
          new Protocol(
              name,
              "bedrock",
              Site.Api.CHAT,
              path -> path.replaceFirst("^(delta|start)\\.", "output.message.content."),
              "none");
      default -> throw new IllegalArgumentException(name);
    };
  }

  /**
   * A form in which providers answer.
   *
   * @param adapter the name of the one who speaks it
   * @param places gives the place in a whole answer of a path in an event
   * @param envelope a pattern of the paths in events whose objects are only the events' own
   */
  public record Protocol(
      String name, String adapter, Site.Api api, UnaryOperator<String> places, String envelope) {
    /** The place in a whole answer of a path in an answer or an event. */
    public String place(String path) {
      return places.apply(path);
    }

    /** Whether a path leads to what only an event says of itself. */
    public boolean isEnvelope(String path) {
      return path.matches(envelope);
    }

    /** An answer with every member. */
    public byte[] whole() {
      return read("/rich/answers/" + name + ".json");
    }

    /** The events of one. */
    public List<Event> events() {
      boolean frames = name.equals("converse");
      var text = read("/rich/answers/" + name + (frames ? ".events" : ".sse"));
      return new String(text, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.contains("{"))
          .map(line -> {
            int begin = line.indexOf('{');
            var type = frames ? line.substring(0, begin - 1) : "";
            return new Event(type, Wire.object(line.substring(begin)));
          })
          .toList();
    }

    /** The same in the form of a caller. */
    public String whole(Skin skin, ObjectNode answer) {
      try {
        var reply = new WireReply(200, Optional.empty(), bytes(answer));
        var chat = speaker().decode(reply, Goldens.streamed(), attempt(skin));
        if (!(chat instanceof Reply.Completed(byte[] body, _))) {
          throw new AssertionError(chat);
        }
        return readable(text(skin.whole(asked(skin), Wire.object(body))));
      } catch (MalformedReplyException e) {
        throw new AssertionError(e);
      }
    }

    /** The events in the form of a caller, a line each. */
    public String stream(Skin skin, List<Event> events) {
      var out = skin.stream(asked(skin));
      var frames = new ArrayList<byte[]>();
      try {
        var stream = speaker().stream(Goldens.streamed(), attempt(skin));
        var reader = speaker().frames(new ByteArrayInputStream(sent(events)), 1 << 20);
        var pieces = new ArrayList<Piece>();
        for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
          pieces.addAll(stream.accept(frame.get()));
        }
        pieces.addAll(stream.end());
        for (var piece : pieces) {
          switch (piece) {
            case Piece.Event(byte[] chunk, _) -> frames.addAll(out.accept(chunk));
            case Piece.Failed failed -> throw new AssertionError(failed);
            case Piece.Comment _, Piece.Finished _ -> {}
          }
        }
      } catch (IOException | MalformedReplyException e) {
        throw new AssertionError(e);
      }
      frames.addAll(out.end());
      var lines = new StringBuilder();
      for (var frame : frames) {
        text(frame)
            .lines()
            .filter(line -> line.startsWith(DATA + "{"))
            .forEach(line -> lines.append(line.substring(DATA.length())).append('\n'));
      }
      return readable(lines.toString());
    }

    private byte[] sent(List<Event> events) {
      var out = new ByteArrayOutputStream();
      if (name.equals("converse")) {
        var lines = new StringBuilder();
        events.forEach(one ->
            lines.append(one.name()).append(' ').append(text(bytes(one.data()))).append('\n'));
        EventStreams.frames(lines.toString()).forEach(out::writeBytes);
        return out.toByteArray();
      }
      for (var event : events) {
        out.writeBytes(
            (DATA + text(bytes(event.data())) + "\n\n").getBytes(StandardCharsets.UTF_8));
      }
      if (name.equals("chat")) {
        out.writeBytes((DATA + "[DONE]\n\n").getBytes(StandardCharsets.UTF_8));
      }
      return out.toByteArray();
    }

    private ProviderAdapter speaker() {
      return Wires.adapters().stream()
          .filter(one -> one.protocol().equals(adapter))
          .findFirst()
          .orElseThrow();
    }

    private Attempt attempt(Skin skin) {
      var none = Optional.<String>empty();
      var site = new Site(none, none, none, none, api, Quirks.NONE);
      return new Attempt("anthropic.claude", 999, false, AT, skin.form(), site);
    }
  }

  /**
   * An event of a stream.
   *
   * @param name its type, where the data does not tell it
   */
  public record Event(String name, ObjectNode data) {}

  private static ModelRequest asked(Skin skin) {
    var question =
        skin.form() == Form.RESPONSES
            ? "\"input\":\"x\""
            : "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";
    return skin.read(
        ("{\"model\":\"m\",\"stream\":true," + question + "}").getBytes(StandardCharsets.UTF_8));
  }

  /** With what is sealed in it in the open, on lines of its own. */
  private static String readable(String out) {
    var opened = new StringBuilder(out);
    SEALED
        .matcher(out)
        .results()
        .forEach(sealed ->
            SealedReasoning.read(sealed.group())
                .ifPresent(details -> opened.append("\n").append(details)));
    return opened.toString();
  }

  private static byte[] bytes(ObjectNode tree) {
    return tree.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] read(String resource) {
    try (var in = TranslatedAnswers.class.getResourceAsStream(resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
