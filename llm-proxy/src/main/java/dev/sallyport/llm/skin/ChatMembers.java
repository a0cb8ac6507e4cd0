package dev.sallyport.llm.skin;

import dev.sallyport.llm.spi.Housekeeping;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.Members;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a skin reads of an answer in chat form, or of a chunk of one. */
public final class ChatMembers {
  private static final Set<String> ANSWER =
      Set.of(
          "choices",
          "created",
          "error",
          "id",
          "model",
          "object",
          LeftOut.BESIDE,
          "service_tier",
          "usage");

  private final Map<String, Set<String>> read = new HashMap<>();

  /** What every skin reads. */
  public ChatMembers() {
    read.put("", ANSWER);
    choice("delta", "finish_reason", "index", "message", "stop_details");
    read.put(
        "usage",
        Set.of(
            "completion_tokens",
            "completion_tokens_details",
            "prompt_tokens",
            "prompt_tokens_details"));
    read.put("usage.completion_tokens_details", Set.of("reasoning_tokens"));
    read.put("usage.prompt_tokens_details", Set.of("cache_write_tokens", "cached_tokens"));
  }

  /** And so does this one of the object at a place. */
  public ChatMembers more(String place, String... members) {
    var all = new HashSet<>(read.getOrDefault(place, Set.of()));
    all.addAll(Set.of(members));
    read.put(place, all);
    return this;
  }

  /** And so does this one of a choice. */
  public ChatMembers choice(String... members) {
    return more("choices", members);
  }

  /** And so does this one of a message, whole or a delta. */
  public ChatMembers message(String... members) {
    return inMessage("", members);
  }

  /**
   * And so does this one of what stands in a message, whole or a delta.
   *
   * @param place in the message, with a dot before each member
   */
  public ChatMembers inMessage(String place, String... members) {
    return more("choices.message" + place, members).more("choices.delta" + place, members);
  }

  /** Begins to look through one answer. */
  public LeftOut leftOut() {
    return new LeftOut(new Members(read, Map.of(), Housekeeping.of("chat")));
  }
}
