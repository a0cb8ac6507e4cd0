package dev.sallyport.llm.skin.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.skin.Skin;
import dev.sallyport.llm.skin.SkinStream;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.UnreadMembers;
import dev.sallyport.llm.spi.WireJson;
import java.time.InstantSource;
import java.util.Map;

/**
 * OpenAI's Responses without a store: each request has the whole conversation. Source: the event
 * types of the OpenAI SDKs.
 */
public final class ResponsesSkin implements Skin {
  private static final Map<String, String> OWN_NAMES =
      Map.ofEntries(
          Map.entry("messages", "input"),
          Map.entry("messages.images", "input.image_generation_call"),
          Map.entry("messages.content.file.filename", "input.content.filename"),
          Map.entry(UnreadMembers.CACHE_BREAKPOINT, "input.content.prompt_cache_breakpoint"),
          Map.entry("messages.reasoning_details", "input.encrypted_content"),
          Map.entry("reasoning_effort", "reasoning.effort"),
          Map.entry("response_format", "text.format"),
          Map.entry("verbosity", "text.verbosity"),
          Map.entry("max_completion_tokens", "max_output_tokens"),
          Map.entry("image_url.detail", "input.content.detail"),
          Map.entry("messages.tool_calls.arguments", "input.arguments"));

  private final InstantSource clock;

  public ResponsesSkin(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Form form() {
    return Form.RESPONSES;
  }

  @Override
  public ModelRequest read(byte[] body) {
    return RequestReader.read(body);
  }

  @Override
  public byte[] whole(ModelRequest asked, ObjectNode chat) {
    var stream = new ResponseStream(asked, clock);
    stream.whole(chat);
    return WireJson.bytes(stream.response());
  }

  @Override
  public String ownName(String chatName) {
    return OWN_NAMES.getOrDefault(chatName, chatName);
  }

  @Override
  public SkinStream stream(ModelRequest asked) {
    return new ResponseStream(asked, clock);
  }
}
