package dev.sallyport.llm.dialogue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.spi.ChatRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps what it has to decide on, and decides as it is told. */
final class RecordingDialogue implements Dialogue {
  final List<ProposedCall> proposed = new ArrayList<>();
  final List<Said> said = new ArrayList<>();
  private final boolean refuses;
  private final List<ChatRequest> next;

  /** One that lets every call go. */
  RecordingDialogue() {
    this(false);
  }

  RecordingDialogue(boolean refuses) {
    this(refuses, List.of());
  }

  /**
   * One that has the model asked again.
   *
   * @param next the requests after the first
   */
  RecordingDialogue(boolean refuses, List<ChatRequest> next) {
    this.refuses = refuses;
    this.next = new ArrayList<>(next);
  }

  @Override
  public ChatRequest seen(Permit permit) {
    throw new IllegalStateException("not asked for in these tests");
  }

  @Override
  public Verdict decide(Permit permit, Said words, List<ProposedCall> calls) {
    said.add(words);
    proposed.addAll(calls);
    if (refuses) {
      throw new Refusal(RefusalCode.UNKNOWN_REFERENCE);
    }
    return new Verdict(calls, next.isEmpty());
  }

  @Override
  public Optional<ChatRequest> goOn(Cancellation cancellation) {
    return next.isEmpty() ? Optional.empty() : Optional.of(next.removeFirst());
  }

  @Override
  public Optional<ObjectNode> beside(String text) {
    return Optional.empty();
  }
}
