package dev.sallyport.it;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What is said to a server in one exchange. The files {@code wire/{revision}.txt} have them, each
 * under a line {@code # name}; {@link Step} says what the other lines mean.
 */
record WireScript(String name, List<Step> steps) {
  private static final JsonMapper JSON = new JsonMapper();

  WireScript {
    steps = List.copyOf(steps);
  }

  /** The exchanges of a revision. */
  static List<WireScript> of(String revision) {
    try (var in = WireScript.class.getResourceAsStream("/wire/" + revision + ".txt")) {
      var scripts = new ArrayList<WireScript>();
      for (var part :
          new String(in.readAllBytes(), StandardCharsets.UTF_8).strip().split("\n\n", -1)) {
        var lines = part.lines().toList();
        var steps = new ArrayList<Step>();
        for (var line : lines.subList(1, lines.size())) {
          steps.add(step(line));
        }
        scripts.add(new WireScript(lines.getFirst().substring("# ".length()), steps));
      }
      return scripts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Step step(String line) throws IOException {
    var words = line.split(" ", 3);
    return switch (line.charAt(0)) {
      case '>' -> new Ask(words[1], object(words[2]));
      case '+' -> new AskAgain(object(line.substring("+ ".length())));
      case '!' -> new Answer(words[1], object(words[2]));
      case '@' -> new Header(words[1].replace(":", ""), words[2]);
      case '-' -> new Lack(words[1]);
      case '&' -> new Open(Integer.parseInt(words[0].substring(1)), words[1], object(words[2]));
      default -> throw new IllegalArgumentException(line);
    };
  }

  private static ObjectNode object(String json) throws IOException {
    return (ObjectNode) JSON.readTree(json);
  }

  /** Something that the client does. */
  sealed interface Step {}

  /** {@code > METHOD PARAMS}: asks the server. */
  record Ask(String method, ObjectNode params) implements Step {}

  /**
   * {@code + PARAMS}: asks the same with these params beside, and with the state that was given.
   */
  record AskAgain(ObjectNode added) implements Step {}

  /** {@code ! METHOD RESULT}: answers the server from now on when it asks. */
  record Answer(String method, ObjectNode result) implements Step {}

  /** {@code @ NAME: VALUE}: puts a header into the next request, in place of one of that name. */
  record Header(String name, String value) implements Step {}

  /** {@code - CAPABILITY}: does not declare a capability from now on. */
  record Lack(String capability) implements Step {}

  /**
   * {@code &COUNT METHOD PARAMS}: opens a stream that stays open until it has brought so many
   * messages, or nothing more comes. The method {@code GET} opens that of a session.
   */
  record Open(int count, String method, ObjectNode params) implements Step {}
}
