package dev.sallyport.llm.skin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Chat completions, OpenAI's or OpenRouter's: nothing is to be translated. */
public final class ChatSkin implements Skin {
  static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

  private final InstantSource clock;
  private final boolean openRouter;

  /** OpenAI's. */
  public ChatSkin(InstantSource clock) {
    this(clock, false);
  }

  private ChatSkin(InstantSource clock, boolean openRouter) {
    this.clock = clock;
    this.openRouter = openRouter;
  }

  @Override
  public Skin ofOpenRouter() {
    return new ChatSkin(clock, true);
  }

  @Override
  public Form form() {
    return Form.CHAT;
  }

  @Override
  public ModelRequest read(byte[] body) {
    return ModelRequest.of(ChatRequest.parse(body));
  }

  @Override
  public byte[] whole(ModelRequest asked, ObjectNode chat) {
    return WireJson.bytes(chat);
  }

  @Override
  public SkinStream stream(ModelRequest asked) {
    return new Frames(asked.model());
  }

  private final class Frames implements SkinStream {
    private final String model;

    /** What all chunks of the answer say of it; empty while none came. */
    private Optional<ObjectNode> head = Optional.empty();

    Frames(String model) {
      this.model = model;
    }

    @Override
    public List<byte[]> accept(byte[] chatFrame) {
      if (openRouter && head.isEmpty()) {
        head = ChatErrors.head(chatFrame);
      }
      return List.of(chatFrame);
    }

    @Override
    public void passed(byte[] ownFrame) {}

    @Override
    public List<byte[]> end() {
      return List.of(DONE);
    }

    @Override
    public List<byte[]> broken(Refusal refusal) {
      return List.of(
          openRouter
              ? ChatErrors.openRouter(
                  refusal, head.orElseGet(() -> ChatErrors.head(refusal, model, clock.instant())))
              : ChatErrors.openAi(refusal));
    }

    @Override
    public byte[] waiting() {
      return KEEP_ALIVE;
    }
  }
}
