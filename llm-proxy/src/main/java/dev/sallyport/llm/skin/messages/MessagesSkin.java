package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.skin.Skin;
import dev.sallyport.llm.skin.SkinStream;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.WireJson;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Anthropic's Messages. Source: Anthropic API, versions 2023-06-01 and 2026-10-21. */
public final class MessagesSkin implements Skin {
  private static final Map<String, String> OWN_NAMES =
      Map.ofEntries(
          Map.entry("messages.reasoning_details", "messages.content.thinking"),
          Map.entry("reasoning", "thinking"),
          Map.entry("reasoning_effort", "output_config.effort"),
          Map.entry("reasoning.max_tokens", "thinking.budget_tokens"),
          Map.entry("stop", "stop_sequences"),
          Map.entry("messages.content.file.filename", "messages.content.title"),
          Map.entry("response_format", "output_config.format"),
          Map.entry("user", "metadata.user_id"),
          Map.entry("parallel_tool_calls", "tool_choice.disable_parallel_tool_use"),
          Map.entry("max_completion_tokens", "max_tokens"),
          Map.entry("messages.is_error", "messages.content.is_error"),
          Map.entry("messages.tool_calls.arguments", "messages.content.input"));

  /** Where the form is spoken. */
  public static final String PATH = "/messages";

  /** Where the tokens of a request in the form are counted. */
  public static final String COUNT_PATH = PATH + "/count_tokens";

  private static final String BETA = "anthropic-beta";

  @Override
  public Form form() {
    return Form.MESSAGES;
  }

  @Override
  public Set<String> headers() {
    return Set.of("anthropic-version", BETA);
  }

  @Override
  public ModelRequest read(byte[] body) {
    return read(body, Map.of());
  }

  @Override
  public ModelRequest read(byte[] body, Map<String, String> headers) {
    return read(body, headers, true);
  }

  /**
   * Reads a request whose tokens are to be counted, and which need not say how long an answer may
   * be.
   *
   * @param body not copied: never changed after this
   * @throws Refusal with MALFORMED_REQUEST, saying what to mend
   */
  public ModelRequest readToCount(byte[] body, Map<String, String> headers) {
    return read(body, headers, false);
  }

  private static ModelRequest read(byte[] body, Map<String, String> headers, boolean limited) {
    var own = JsonBody.parse(body);
    var reader = new RequestReader(own.tree(), limited);
    var chat = ChatRequest.of(reader.chat());
    var dropped = new ArrayList<>(reader.dropped());
    if (headers.containsKey(BETA)) {
      dropped.add(BETA);
    }
    var passable = reader.holdsForeign() ? Optional.<JsonBody>empty() : Optional.of(own);
    return new ModelRequest(Form.MESSAGES, chat, passable, dropped, headers);
  }

  @Override
  public byte[] whole(ModelRequest asked, ObjectNode chat) {
    return WireJson.bytes(MessageWriter.message(asked.chat(), chat));
  }

  @Override
  public String ownName(String chatName) {
    return OWN_NAMES.getOrDefault(chatName, chatName);
  }

  @Override
  public SkinStream stream(ModelRequest asked) {
    return new MessageFrames(asked);
  }
}
