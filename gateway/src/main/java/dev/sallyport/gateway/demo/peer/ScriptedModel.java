package dev.sallyport.gateway.demo.peer;

import static dev.sallyport.gateway.demo.peer.MalformedRequestException.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.demo.peer.Conversation.Reply;
import dev.sallyport.gateway.demo.peer.Conversation.Say;
import dev.sallyport.gateway.demo.peer.ModelWire.Answer;
import dev.sallyport.identity.http.GradualAnswer;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A provider of one model, in OpenAI's form at {@code /v1/chat/completions} and in Anthropic's at
 * {@code /v1/messages}, whole and streamed. It takes requests strictly, wants its key, and answers
 * the same to the same.
 *
 * <p>The model is a {@link GullibleAgent}; asked for an answer by a schema, it answers {@linkplain
 * ClosedQuestions closed questions}.
 */
public final class ScriptedModel implements AutoCloseable {
  private static final int MAX_BYTES = 4 << 20;
  private static final HeaderName API_KEY = HeaderNames.create("x-api-key");
  private static final HeaderName VERSION = HeaderNames.create("anthropic-version");

  private final WebServer server;
  private final String key;
  private final InstantSource clock;
  private final AtomicLong answers = new AtomicLong();

  /**
   * Starts on the loopback interface.
   *
   * @param port 0 for any free one
   * @param key what callers must bring
   */
  public ScriptedModel(int port, String key, InstantSource clock) {
    this.key = key;
    this.clock = clock;
    var openAi = new OpenAiWire();
    var anthropic = new AnthropicWire();
    this.server =
        PeerProcess.serve(
            port,
            MAX_BYTES,
            routes ->
                routes
                    .post("/v1/chat/completions", (req, res) -> openAi(openAi, req, res))
                    .post("/v1/messages", (req, res) -> anthropic(anthropic, req, res)));
  }

  /** Runs it until the process is ended; wants {@code MODEL_KEY} in the environment. */
  public static void main(String[] arguments) {
    var model =
        new ScriptedModel(
            PeerProcess.port(arguments), PeerProcess.required("MODEL_KEY"), InstantSource.system());
    System.out.println("model ready " + model.uri());
  }

  /** What a provider's base URL is. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.port() + "/v1");
  }

  @Override
  public void close() {
    server.stop();
  }

  private void openAi(ModelWire wire, ServerRequest request, ServerResponse response)
      throws IOException {
    if (PeerProcess.shows(request, HeaderNames.AUTHORIZATION, "Bearer " + key)) {
      answer(wire, request, response);
    } else {
      fail(response, 401, wire.error("invalid_request_error", "Incorrect API key provided."));
    }
  }

  private void anthropic(ModelWire wire, ServerRequest request, ServerResponse response)
      throws IOException {
    if (!PeerProcess.shows(request, API_KEY, key)
        && !PeerProcess.shows(request, HeaderNames.AUTHORIZATION, "Bearer " + key)) {
      fail(response, 401, wire.error("authentication_error", "invalid x-api-key"));
    } else if (!request.headers().contains(VERSION)) {
      fail(
          response, 400, wire.error("invalid_request_error", "anthropic-version: header required"));
    } else {
      answer(wire, request, response);
    }
  }

  private void answer(ModelWire wire, ServerRequest request, ServerResponse response)
      throws IOException {
    try {
      var body = parsed(request);
      var reply = reply(wire.read(body));
      var id = "%08d".formatted(answers.incrementAndGet());
      var answer = new Answer(id, body, reply, clock.instant().getEpochSecond());
      if (body.path("stream").asBoolean()) {
        stream(wire, answer, response);
      } else {
        response
            .header("Content-Type", "application/json")
            .send(wire.answer(answer).toString().getBytes(StandardCharsets.UTF_8));
      }
    } catch (MalformedRequestException e) {
      fail(response, 400, wire.error("invalid_request_error", e.reason()));
    }
  }

  private static Reply reply(Conversation conversation) {
    return conversation
        .answerSchema()
        .filter(ClosedQuestions::fit)
        .<Reply>map(
            schema -> new Say(ClosedQuestions.answer(conversation.user(), schema).toString()))
        .orElseGet(() -> GullibleAgent.next(conversation));
  }

  private static void stream(ModelWire wire, Answer answer, ServerResponse response)
      throws IOException {
    response.header("Content-Type", "text/event-stream");
    try (var stream = GradualAnswer.open(response)) {
      for (var event : wire.stream(answer)) {
        stream.write(event.wire().getBytes(StandardCharsets.UTF_8));
        stream.flush();
      }
    }
  }

  private static JsonNode parsed(ServerRequest request) throws MalformedRequestException {
    require(
        request
            .headers()
            .contentType()
            .filter(type -> type.text().startsWith("application/json"))
            .isPresent(),
        "content-type must be application/json");
    try {
      return PeerTool.JSON.readTree(request.content().as(String.class));
    } catch (JsonProcessingException _) {
      throw new MalformedRequestException("the body is not JSON");
    }
  }

  private static void fail(ServerResponse response, int status, JsonNode error) {
    response
        .status(status)
        .header("Content-Type", "application/json")
        .send(error.toString().getBytes(StandardCharsets.UTF_8));
  }
}
