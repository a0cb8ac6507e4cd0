package dev.sallyport.llm;

import dev.sallyport.llm.anthropic.AnthropicAdapter;
import dev.sallyport.llm.bedrock.BedrockAdapter;
import dev.sallyport.llm.gemini.GeminiAdapter;
import dev.sallyport.llm.gemini.VertexAdapter;
import dev.sallyport.llm.openai.OpenAiAdapter;
import dev.sallyport.llm.openai.OpenRouterAdapter;
import dev.sallyport.llm.skin.ChatSkin;
import dev.sallyport.llm.skin.EmbeddingsSkin;
import dev.sallyport.llm.skin.Skin;
import dev.sallyport.llm.skin.messages.MessagesSkin;
import dev.sallyport.llm.skin.responses.ResponsesSkin;
import dev.sallyport.llm.spi.ProviderAdapter;
import java.time.InstantSource;
import java.util.List;

/** Every wire form that Sallyport speaks: to providers, and with callers. */
public final class Wires {
  private Wires() {}

  /** One for each protocol of providers. */
  public static List<ProviderAdapter> adapters() {
    return List.of(
        new OpenAiAdapter(),
        OpenAiAdapter.azure(),
        new OpenRouterAdapter(),
        new AnthropicAdapter(),
        new GeminiAdapter(),
        new VertexAdapter(),
        new BedrockAdapter());
  }

  /** One for each form of callers. */
  public static List<Skin> skins(InstantSource clock) {
    return List.of(
        new ChatSkin(clock), new MessagesSkin(), new ResponsesSkin(clock), new EmbeddingsSkin());
  }
}
