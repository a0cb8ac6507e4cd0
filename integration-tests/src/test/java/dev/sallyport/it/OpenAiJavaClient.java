package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.errors.RateLimitException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.responses.ResponseCreateParams;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** OpenAI's SDK for Java against models whose names end in what they do. */
final class OpenAiJavaClient implements AutoCloseable {
  private final OpenAIClient client;
  private final String provider;
  private final int turns;

  OpenAiJavaClient(URI base, String token, String provider, int turns) {
    this.client =
        OpenAIOkHttpClient.builder().baseUrl(base.toString()).apiKey(token).maxRetries(0).build();
    this.provider = provider;
    this.turns = turns;
  }

  /** A person, as the structured answers tell of one. */
  public static final class Person {
    /** A name. */
    public String name = "";

    /** In years. */
    public int age;
  }

  void checkAll() {
    chats();
    streams();
    loops(this::whole);
    loops(this::streamed);
    answersInAForm();
    responds();
    tellsErrors();
  }

  private ChatCompletionCreateParams.Builder chat(String behaviour) {
    return ChatCompletionCreateParams.builder().model(provider + "/" + behaviour);
  }

  private void chats() {
    var chat = client.chat().completions().create(chat("text").addUserMessage("Hi").build());
    assertThat(chat.choices().getFirst().message().content().orElseThrow()).isNotEmpty();
    assertThat(chat.choices().getFirst().finishReason().toString()).isEqualTo("stop");
    var usage = chat.usage().orElseThrow();
    assertThat(usage.totalTokens())
        .isEqualTo(usage.promptTokens() + usage.completionTokens())
        .isPositive();
  }

  private void streams() {
    var chat = streamed(client, chat("text").addUserMessage("Hi").build());
    assertThat(chat.choices().getFirst().message().content().orElseThrow()).isNotEmpty();
    assertThatThrownBy(() -> streamed(client, chat("dies").addUserMessage("Hi").build()))
        .as("a stream that breaks")
        .isInstanceOf(RuntimeException.class);
  }

  private ChatCompletion whole(OpenAIClient asked, ChatCompletionCreateParams params) {
    return asked.chat().completions().create(params);
  }

  private ChatCompletion streamed(OpenAIClient asked, ChatCompletionCreateParams params) {
    var whole = ChatCompletionAccumulator.create();
    try (var stream = asked.chat().completions().createStreaming(params)) {
      stream.stream().forEach(whole::accumulate);
    }
    return whole.chatCompletion();
  }

  /** The accumulator does not keep reasoning: Sallyport is to remember it by the calls' ids. */
  private void loops(BiFunction<OpenAIClient, ChatCompletionCreateParams, ChatCompletion> ask) {
    var params = chat("loop").addUserMessage("Ask for the weather until you know it.");
    params.addTool(
        ChatCompletionFunctionTool.builder()
            .function(
                FunctionDefinition.builder()
                    .name("weather")
                    .parameters(
                        FunctionParameters.builder()
                            .putAdditionalProperty("type", JsonValue.from("object"))
                            .putAdditionalProperty(
                                "properties",
                                JsonValue.from(Map.of("city", Map.of("type", "string"))))
                            .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                            .build())
                    .build())
            .build());
    int made = 0;
    while (made <= turns) {
      var message = ask.apply(client, params.build()).choices().getFirst().message();
      params.addMessage(message);
      var calls = message.toolCalls().orElse(List.of());
      if (calls.isEmpty()) {
        break;
      }
      made++;
      for (var call : calls) {
        params.addMessage(
            ChatCompletionToolMessageParam.builder()
                .toolCallId(call.asFunction().id())
                .content("sunny, turn " + made)
                .build());
      }
    }
    assertThat(made).as("turns of " + provider).isEqualTo(turns);
  }

  private void answersInAForm() {
    var params = chat("json").addUserMessage("Who?").responseFormat(Person.class).build();
    var person =
        client.chat().completions().create(params).choices().getFirst().message().content();
    assertThat(person.orElseThrow().name).isNotNull();
  }

  private void responds() {
    var params = ResponseCreateParams.builder().model(provider + "/text").input("Hi").build();
    var whole = client.responses().create(params);
    assertThat(whole.output()).isNotEmpty();
    assertThat(whole.status().orElseThrow().toString()).isEqualTo("completed");
    var accumulator = ResponseAccumulator.create();
    try (var stream = client.responses().createStreaming(params)) {
      stream.stream().forEach(accumulator::accumulate);
    }
    assertThat(accumulator.response().output()).hasSameSizeAs(whole.output());
  }

  private void tellsErrors() {
    var expected =
        Map.<String, Class<? extends OpenAIException>>of(
            "error-400", BadRequestException.class,
            "error-429", RateLimitException.class,
            "error-500", InternalServerException.class,
            "error-overloaded", InternalServerException.class,
            "no-such-model", NotFoundException.class);
    expected.forEach((behaviour, type) ->
        assertThatThrownBy(() -> whole(client, chat(behaviour).addUserMessage("Hi").build()))
            .as(behaviour)
            .isInstanceOf(type));
  }

  @Override
  public void close() {
    client.close();
  }
}
