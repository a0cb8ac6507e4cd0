package dev.sallyport.llm.spi;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a provider differs from the protocol that it speaks. What it renames and refuses is sorted by
 * name.
 *
 * @param renamed the parameters that it knows by another name
 * @param refused the parameters that it refuses
 * @param refusedInMessages the members of messages that it refuses
 * @param takes the parameters that it takes beside those of OpenAI
 * @param nulls whether it takes parameters that are null
 * @param developer whether it knows the role {@code developer}
 * @param toolCallIds which ids of tool calls it takes
 * @param reasoningBack the member of an assistant's message by which it takes reasoning back that
 *     it gave; empty if it takes none
 * @param counting how it tells what it used
 * @param cancelStopsBilling whether an answer that is given up costs no more than what had come
 */
public record Quirks(
    Map<String, String> renamed,
    Set<String> refused,
    Set<String> refusedInMessages,
    Set<String> takes,
    boolean nulls,
    boolean developer,
    ToolCallIds toolCallIds,
    Optional<String> reasoningBack,
    Counting counting,
    boolean cancelStopsBilling) {
  /** Not at all. */
  public static final Quirks NONE =
      new Quirks(
          Map.of(),
          Set.of(),
          Set.of(),
          Set.of(),
          true,
          true,
          ToolCallIds.ANY,
          Optional.empty(),
          Counting.PLAIN,
          true);

  public Quirks {
    renamed = Collections.unmodifiableSortedMap(new TreeMap<>(Map.copyOf(renamed)));
    refused = Collections.unmodifiableSortedSet(new TreeSet<>(refused));
    refusedInMessages = Collections.unmodifiableSortedSet(new TreeSet<>(refusedInMessages));
    takes = Set.copyOf(takes);
  }

  /** Which ids of tool calls a provider takes. */
  public enum ToolCallIds {
    /** Whatever it, or another, gave. */
    ANY,
    /** Nine letters and digits. */
    NINE
  }

  /**
   * How a provider tells what it used.
   *
   * @param at a JSON pointer to where an event of a stream tells it, beside {@code /usage}
   * @param cacheRead a JSON pointer to how many tokens came from a cache, beside the details
   * @param reasoningApart whether the tokens of reasoning come on top of those of the completion
   */
  public record Counting(Optional<String> at, Optional<String> cacheRead, boolean reasoningApart) {
    /** As OpenAI does. */
    public static final Counting PLAIN = new Counting(Optional.empty(), Optional.empty(), false);
  }
}
