package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.errors.AnthropicException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Anthropic's SDK for Java against models whose names end in what they do. */
final class AnthropicJavaClient implements AutoCloseable {
  private final AnthropicClient client;
  private final String provider;
  private final int turns;

  /**
   * A client.
   *
   * @param base without {@code /v1}
   */
  AnthropicJavaClient(URI base, String token, String provider, int turns) {
    this.client =
        AnthropicOkHttpClient.builder()
            .baseUrl(base.toString())
            .authToken(token)
            .maxRetries(0)
            .build();
    this.provider = provider;
    this.turns = turns;
  }

  void checkAll() {
    for (Function<MessageCreateParams, Message> ask :
        List.<Function<MessageCreateParams, Message>>of(this::whole, this::streamed)) {
      says(ask);
      loops(ask);
      tellsErrors(ask);
    }
    assertThatThrownBy(() -> streamed(asked("dies").addUserMessage("Hi").build()))
        .as("a stream that breaks")
        .isInstanceOf(RuntimeException.class);
  }

  private MessageCreateParams.Builder asked(String behaviour) {
    return MessageCreateParams.builder().model(provider + "/" + behaviour).maxTokens(4_096L);
  }

  private Message whole(MessageCreateParams params) {
    return client.messages().create(params);
  }

  private Message streamed(MessageCreateParams params) {
    var whole = MessageAccumulator.create();
    try (var stream = client.messages().createStreaming(params)) {
      stream.stream().forEach(whole::accumulate);
    }
    return whole.message();
  }

  private void says(Function<MessageCreateParams, Message> ask) {
    var message = ask.apply(asked("text").addUserMessage("Hi").build());
    assertThat(message.content().getLast().asText().text()).isNotEmpty();
    assertThat(message.stopReason()).contains(StopReason.END_TURN);
    assertThat(message.usage().inputTokens()).isPositive();
    assertThat(message.usage().outputTokens()).isPositive();
  }

  private void loops(Function<MessageCreateParams, Message> ask) {
    var params =
        asked("loop")
            .enabledThinking(2_048L)
            .addUserMessage("Ask for the weather until you know it.")
            .addTool(
                Tool.builder()
                    .name("weather")
                    .inputSchema(
                        Tool.InputSchema.builder()
                            .properties(
                                Tool.InputSchema.Properties.builder()
                                    .putAdditionalProperty(
                                        "city", JsonValue.from(Map.of("type", "string")))
                                    .build())
                            .build())
                    .build());
    int made = 0;
    while (made <= turns) {
      var message = ask.apply(params.build());
      params.addMessage(message);
      var calls = message.content().stream().filter(ContentBlock::isToolUse).toList();
      if (calls.isEmpty()) {
        break;
      }
      int turn = ++made;
      params.addUserMessageOfContentBlockParams(
          calls.stream()
              .map(call ->
                  ContentBlockParam.ofToolResult(
                      ToolResultBlockParam.builder()
                          .toolUseId(call.asToolUse().id())
                          .content("sunny, turn " + turn)
                          .build()))
              .toList());
    }
    assertThat(made).as("turns of " + provider).isEqualTo(turns);
  }

  private void tellsErrors(Function<MessageCreateParams, Message> ask) {
    var expected =
        Map.<String, Class<? extends AnthropicException>>of(
            "error-400", BadRequestException.class,
            "error-429", RateLimitException.class,
            "error-500", InternalServerException.class,
            "error-overloaded", InternalServerException.class,
            "no-such-model", NotFoundException.class);
    expected.forEach((behaviour, type) ->
        assertThatThrownBy(() -> ask.apply(asked(behaviour).addUserMessage("Hi").build()))
            .as(behaviour)
            .isInstanceOf(type));
  }

  @Override
  public void close() {
    client.close();
  }
}
