package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a fake model says, whatever the protocol. */
record Speech(List<Part> parts, End end) {
  /** A word with the space before it, which is what these models count as a token. */
  private static final Pattern TOKEN = Pattern.compile("\\s*\\S+|\\s+$");

  private static final int ARGUMENT_PIECE = 12;

  Speech {
    parts = List.copyOf(parts);
  }

  /** Why it ends. */
  enum End {
    STOP,
    LENGTH,
    TOOL_CALLS,
    FILTER,
    REFUSAL
  }

  /** A part of what is said, of one kind. */
  sealed interface Part {
    /** The pieces in which it is streamed, each of one token. */
    default List<String> tokens() {
      return switch (this) {
        case Thought(var text, _) -> split(text);
        case Words(var text) -> split(text);
        case Denial(var text) -> split(text);
        case Call call -> call.pieces();
      };
    }
  }

  /**
   * Something thought.
   *
   * @param redacted whether it is shown to nobody, only to be given back; a thought without text
   *     that is not redacted has a signature only
   */
  record Thought(String text, boolean redacted) implements Part {}

  /** Text. */
  record Words(String text) implements Part {}

  /** A refusal in words. */
  record Denial(String text) implements Part {}

  /** A call of a tool. */
  record Call(String name, ObjectNode arguments) implements Part {
    String json() {
      return new String(WireJson.bytes(arguments), StandardCharsets.UTF_8);
    }

    private List<String> pieces() {
      var json = json();
      var pieces = new ArrayList<String>();
      for (int from = 0; from < json.length(); from += ARGUMENT_PIECE) {
        pieces.add(json.substring(from, Math.min(json.length(), from + ARGUMENT_PIECE)));
      }
      return pieces;
    }
  }

  static Speech text(String text) {
    return new Speech(List.of(new Words(text)), End.STOP);
  }

  /** The thoughts that stand before anything else. */
  List<Thought> thoughts() {
    return parts.stream().filter(Thought.class::isInstance).map(Thought.class::cast).toList();
  }

  /** The same within a limit of tokens written, for which thoughts do not count. */
  Speech within(long limit) {
    var kept = new ArrayList<Part>();
    long left = limit;
    for (var part : parts) {
      int tokens = part.tokens().size();
      if (part instanceof Words(var text) && tokens > left) {
        kept.add(new Words(String.join("", split(text).subList(0, (int) left))));
        return new Speech(kept, End.LENGTH);
      }
      kept.add(part);
      left -= part instanceof Thought ? 0 : Math.min(left, tokens);
    }
    return this;
  }

  long textTokens() {
    return tokens(false);
  }

  long thoughtTokens() {
    return tokens(true);
  }

  private long tokens(boolean thought) {
    return parts.stream()
        .filter(part -> part instanceof Thought == thought)
        .mapToLong(part -> part.tokens().size())
        .sum();
  }

  static List<String> split(String text) {
    return TOKEN.matcher(text).results().map(MatchResult::group).toList();
  }
}
