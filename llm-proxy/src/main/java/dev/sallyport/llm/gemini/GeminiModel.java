package dev.sallyport.llm.gemini;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a model's name tells of what its requests may hold. A Gemini without a number, such as
 * {@code gemini-flash-latest}, is taken to be of the third generation.
 *
 * @param generation such as 25 for 2.5; 0 for what is no Gemini
 * @param pro whether it is the large one of its generation
 * @param lite whether it is the small one
 * @param thinks whether it can be told how to think
 */
record GeminiModel(int generation, boolean pro, boolean lite, boolean thinks) {
  private static final Pattern NAME =
      Pattern.compile("(?:.*/)?gemini-(?:(\\d{1,2})(?:\\.(\\d))?-)?(.*)");
  private static final int FIRST_THAT_THINKS = 25;
  private static final int THIRD = 30;
  private static final Set<String> THOUGHTLESS = Set.of("tts", "audio", "live", "embedding");

  static GeminiModel of(String name) {
    var parts = NAME.matcher(name);
    if (!parts.matches()) {
      return new GeminiModel(0, false, false, false);
    }
    int generation = THIRD;
    if (parts.group(1) != null) {
      int minor = parts.group(2) == null ? 0 : Integer.parseInt(parts.group(2));
      generation = Integer.parseInt(parts.group(1)) * 10 + minor;
    }
    var words = Set.copyOf(List.of(parts.group(3).split("-", -1)));
    boolean draws = words.contains("image") && generation < THIRD;
    boolean thinks =
        generation >= FIRST_THAT_THINKS
            && !draws
            && THOUGHTLESS.stream().noneMatch(words::contains);
    return new GeminiModel(generation, words.contains("pro"), words.contains("lite"), thinks);
  }

  /**
   * Whether it refuses calls of tools without the signatures of the thoughts that led to them, and
   * takes levels of thinking, images in what tools answered, and tools together with schemas of
   * answers.
   */
  boolean third() {
    return generation >= THIRD;
  }

  /** Whether it may be held to the schemas of the tools that it is free to call. */
  boolean validates() {
    return generation >= FIRST_THAT_THINKS;
  }
}
