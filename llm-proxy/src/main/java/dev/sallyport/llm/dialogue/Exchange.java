package dev.sallyport.llm.dialogue;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.llm.spi.ChatRequest;
import java.util.List;
import java.util.Optional;

/** What becomes of one request and of its answer, over all rounds. For one thread. */
public interface Exchange {
  /** Everything goes on as it is, and nothing is looked at. */
  Exchange AS_IT_IS = new AsItIs();

  /** The exchange of a dialogue. */
  static Exchange of(Dialogue dialogue) {
    return new WatchedExchange(dialogue);
  }

  /** Whether request and answer go on as they are, in whatever form. */
  default boolean passes() {
    return false;
  }

  /** The request of this round as the model may see it. */
  ChatRequest seen(Permit permit, ChatRequest request);

  /**
   * The answer of this round as the client gets it, if it is the last.
   *
   * @param body in OpenAI's chat form
   * @throws dev.sallyport.identity.action.Refusal if the client gets none
   */
  byte[] whole(Permit permit, byte[] body);

  /** What the streamed answer of this round has to go through. */
  EventGate gate();

  /** The request of the next round; empty if there is none. */
  Optional<ChatRequest> goOn(Cancellation cancellation);

  /** Where nothing has to be watched. */
  final class AsItIs implements Exchange, EventGate {
    private AsItIs() {}

    @Override
    public boolean passes() {
      return true;
    }

    @Override
    public ChatRequest seen(Permit permit, ChatRequest request) {
      return request;
    }

    @Override
    public byte[] whole(Permit permit, byte[] body) {
      return body;
    }

    @Override
    public EventGate gate() {
      return this;
    }

    @Override
    public Optional<ChatRequest> goOn(Cancellation cancellation) {
      return Optional.empty();
    }

    @Override
    public List<byte[]> accept(byte[] frame) {
      return List.of(frame);
    }

    @Override
    public List<byte[]> end(Permit permit) {
      return List.of();
    }
  }
}
