package dev.sallyport.llm.kit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a fake model is asked to do, as its name says: {@code fake/loop-20+think+bytewise}. The
 * first word is what it says, the others how; a number belongs to the word before it.
 */
record Behaviour(Says says, int number, Map<How, Integer> how) {
  private static final Pattern NAME = Pattern.compile("(?:.*/)?fake[/-]([a-z0-9+-]+)");
  private static final Pattern WORD = Pattern.compile("([a-z]+)(?:-([0-9]{1,7}))?");
  private static final String GREETING = "Hello, world.";
  private static final String SENTENCE = " and then";

  Behaviour {
    how = Map.copyOf(how);
  }

  /** What a model says; the number in the comment is what {@code -N} means. */
  enum Says {
    /** A greeting, or N words. */
    TEXT,
    /** The last text of the user. */
    ECHO,
    /** N calls at once, then a text once their results came. */
    TOOLS,
    /** A call again and again until N results came, then a text. */
    LOOP,
    /** What the schema of the request demands, or of the tool that it forces to be called. */
    JSON,
    /** How many images came. */
    IMAGE,
    /** A refusal. */
    REFUSAL,
    /** A text that ends at the limit. */
    LENGTH,
    /** A text that a filter ends. */
    FILTER,
    /** Nothing, and that properly. */
    EMPTY,
    /** The status N instead of an answer. */
    ERROR,
    /** That it is overloaded, as this provider says it. */
    OVERLOADED,
    /** What is not JSON. */
    MALFORMED
  }

  /** How it says it. */
  enum How {
    /** Thinks first. */
    THINK,
    /** Thinks first, and shows nobody what. */
    REDACTED,
    /** Thinks first, and gives a signature only. */
    BARE,
    /** Calls N tools at a time. */
    PARALLEL,
    /** Sends nothing for N milliseconds. */
    SLOW,
    /** Waits N milliseconds before each piece. */
    EVERY,
    /** Breaks the connection after N pieces. */
    DIE,
    /** Says that it failed after N pieces, as this provider says it. */
    FAIL,
    /** Sends each byte by itself. */
    BYTEWISE,
    /** Found N tokens of the request in its cache. */
    CACHED,
    /** Wrote N tokens of the request to its cache. */
    WRITTEN,
    /** Asks to be asked again after N seconds. */
    AFTER
  }

  /**
   * Reads the name of a model.
   *
   * @return empty if it is not the name of a fake's
   * @throws Objection if there is no such behaviour
   */
  static Optional<Behaviour> ofModel(String model) {
    var matcher = NAME.matcher(model);
    return matcher.matches() ? Optional.of(of(matcher.group(1))) : Optional.empty();
  }

  /**
   * Reads a behaviour, such as {@code loop-20+think}.
   *
   * @throws Objection if there is none of that name
   */
  static Behaviour of(String name) {
    var words = name.split("\\+", -1);
    var first = word(name, words[0]);
    var says = find(Says.values(), first).orElseThrow(() -> unknown(name));
    var how = new EnumMap<How, Integer>(How.class);
    for (int i = 1; i < words.length; i++) {
      var word = word(name, words[i]);
      how.put(find(How.values(), word).orElseThrow(() -> unknown(name)), word.number());
    }
    return new Behaviour(says, first.number(), how);
  }

  private static Word word(String name, String text) {
    var matcher = WORD.matcher(text);
    if (!matcher.matches()) {
      throw unknown(name);
    }
    var number = matcher.group(2);
    return new Word(matcher.group(1), number == null ? 0 : Integer.parseInt(number));
  }

  private record Word(String text, int number) {}

  private static <E extends Enum<E>> Optional<E> find(E[] all, Word word) {
    return Arrays.stream(all).filter(one -> label(one).equals(word.text())).findFirst();
  }

  private static Objection unknown(String name) {
    return new Objection(
        404,
        "model_not_found",
        "no fake model does '%s'; they do %s, with +%s"
            .formatted(name, labels(Says.values()), labels(How.values())));
  }

  /** The words for some of them, for those who may write them. */
  static String labels(Enum<?>... all) {
    return Arrays.stream(all).map(Behaviour::label).collect(Collectors.joining(" "));
  }

  private static String label(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT);
  }

  /** The number of a manner; empty if it has not that manner. */
  Optional<Integer> how(How manner) {
    return Optional.ofNullable(how.get(manner));
  }

  /**
   * What it says to a request.
   *
   * @throws Objection if it is to be an error
   */
  Speech speech(Asked asked) {
    var said = said(asked);
    var parts = new ArrayList<>(thoughts(asked));
    parts.addAll(said.parts());
    var speech = new Speech(parts, said.end());
    return asked.limit().isPresent() ? speech.within(asked.limit().getAsLong()) : speech;
  }

  private Speech said(Asked asked) {
    return switch (says) {
      case TEXT -> Speech.text(number == 0 ? GREETING : "Hello" + SENTENCE.repeat(number / 2));
      case ECHO -> Speech.text(asked.text());
      case TOOLS -> asked.results() > 0 ? done(asked) : calls(asked, Math.max(number, 1));
      case LOOP ->
          asked.results() >= number
              ? done(asked)
              : calls(asked, Math.max(how(How.PARALLEL).orElse(1), 1));
      case JSON -> asked.forced() ? calls(asked, 1) : Speech.text(json(asked));
      case IMAGE -> Speech.text("Images: " + asked.images());
      case REFUSAL ->
          new Speech(List.of(new Speech.Denial("I cannot help with that.")), Speech.End.REFUSAL);
      case LENGTH -> new Speech(List.of(new Speech.Words("Hello, wor")), Speech.End.LENGTH);
      case FILTER -> new Speech(List.of(new Speech.Words("Hello, ")), Speech.End.FILTER);
      case EMPTY -> new Speech(List.of(), Speech.End.STOP);
      case MALFORMED -> Speech.text(GREETING);
      case ERROR -> throw error(number);
      case OVERLOADED -> throw new Objection(Fault.OVERLOADED, "overloaded_error", "Overloaded");
    };
  }

  private List<Speech.Part> thoughts(Asked asked) {
    var thoughts = new ArrayList<Speech.Part>();
    var text = "After " + asked.results() + " results I look at what is asked.";
    if (how.containsKey(How.THINK)) {
      thoughts.add(new Speech.Thought(text, false));
    }
    if (how.containsKey(How.REDACTED)) {
      thoughts.add(new Speech.Thought("Hidden. " + text, true));
    }
    if (how.containsKey(How.BARE)) {
      thoughts.add(new Speech.Thought("", false));
    }
    return thoughts;
  }

  private static Objection error(int status) {
    return new Objection(status, "scripted_error", "The script says " + status);
  }

  private static Speech done(Asked asked) {
    return Speech.text("Done after " + asked.results() + " results.");
  }

  private static Speech calls(Asked asked, int count) {
    if (asked.tools().isEmpty()) {
      return Speech.text("There is no tool to call.");
    }
    var calls = new ArrayList<Speech.Part>();
    for (int i = 0; i < count; i++) {
      var tool = asked.tools().get(i % asked.tools().size());
      calls.add(new Speech.Call(tool.name(), Samples.arguments(tool.schema())));
    }
    return new Speech(calls, Speech.End.TOOL_CALLS);
  }

  private static String json(Asked asked) {
    return asked.schema().map(Samples::of).map(Object::toString).orElse("{\"ok\":true}");
  }
}
