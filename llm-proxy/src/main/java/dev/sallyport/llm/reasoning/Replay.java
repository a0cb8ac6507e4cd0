package dev.sallyport.llm.reasoning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.ChatRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What one request repeats of what models thought before, and who gave that: nobody but whoever
 * gave it is sure to take it back. For one thread.
 */
public final class Replay {
  private static final String DETAILS = "reasoning_details";

  private final ReasoningMemory.Own memory;
  private final Issuers issuers;
  private final ChatRequest told;
  private final ChatRequest whole;

  /** By the place of the message; of the others it is not known. */
  private final SequencedMap<Integer, Issuer> given = new LinkedHashMap<>();

  /**
   * What a request repeats.
   *
   * @param memory of what its caller may have left out
   */
  public Replay(ReasoningMemory.Own memory, Issuers issuers, ChatRequest request) {
    this.memory = memory;
    this.issuers = issuers;
    this.told = request;
    this.whole = memory.restore(request);
    int index = 0;
    for (var message : whole.tree().path("messages")) {
      int at = index++;
      issuer(message.path(DETAILS)).ifPresent(issuer -> given.put(at, issuer));
    }
  }

  private Optional<Issuer> issuer(JsonNode details) {
    return details.isEmpty()
        ? Optional.empty()
        : Seals.of(details).stream().flatMap(seal -> issuers.of(seal).stream()).findFirst();
  }

  /** Who gave the latest of it; empty if that is not known. */
  public Optional<Issuer> latest() {
    return Optional.ofNullable(given.lastEntry()).map(Map.Entry::getValue);
  }

  /**
   * The request as its caller told it, or with what its caller left out.
   *
   * @param restored which of both
   */
  public ChatRequest request(boolean restored) {
    return restored ? whole : told;
  }

  /**
   * Whether the request repeats what another gave.
   *
   * @param restored with what its caller left out, too
   */
  public boolean isOfAnotherThan(Issuer issuer, boolean restored) {
    var messages = request(restored).tree().path("messages");
    for (var one : given.entrySet()) {
      if (!one.getValue().equals(issuer) && messages.path(one.getKey()).has(DETAILS)) {
        return true;
      }
    }
    return false;
  }

  /** The same without what another gave. */
  public ChatRequest onlyOf(Issuer issuer, boolean restored) {
    var tree = request(restored).tree().deepCopy();
    given.forEach((at, giver) -> {
      if (!giver.equals(issuer) && tree.path("messages").path(at) instanceof ObjectNode message) {
        message.remove(DETAILS);
      }
    });
    return ChatRequest.of(tree);
  }

  /** Keeps what was thought before the calls of an answer, in chat form. */
  public void keep(Issuer issuer, ReasoningWatch answer) {
    memory.keep(answer);
    keep(issuer, Seals.of(answer.details()));
  }

  /** Keeps who gave the reasoning with these seals. */
  public void keep(Issuer issuer, Set<String> seals) {
    issuers.gave(issuer, seals);
  }
}
