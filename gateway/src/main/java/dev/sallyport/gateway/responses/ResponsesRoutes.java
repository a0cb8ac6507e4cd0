package dev.sallyport.gateway.responses;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.gateway.turn.TurnLoop;
import dev.sallyport.gateway.turn.TurnRequest;
import dev.sallyport.gateway.turn.TurnRequestReader;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.http.CallerFilter;
import dev.sallyport.identity.http.Callers;
import dev.sallyport.identity.turn.Turns;
import dev.sallyport.llm.LlmConfig;
import dev.sallyport.llm.http.BodyReader;
import dev.sallyport.llm.http.ToldHeaders;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * {@code POST /v1/responses}: a request that names servers of MCP, or goes on with what such a one
 * gave, is a turn, and is run here; every other is a question to a model, which the routes for
 * models answer.
 *
 * <p>A turn that names none begins one; the answer's {@code Sallyport-Turn} names it, and a later
 * request that gives the name goes on in it. What is refused before a turn's answer begins is a
 * {@link Refusal} for the listener's error handler.
 */
public final class ResponsesRoutes implements HttpService {
  private static final HeaderName DROPPED = HeaderNames.create("Sallyport-Dropped-Params");
  private static final LiveBody.Form JSON =
      new LiveBody.Form("application/json", new byte[] {'\n'}, false);
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final TurnLoop loop;
  private final Turns turns;
  private final Models models;
  private final BodyReader bodies;
  private final Duration heartbeat;

  /**
   * Routes over a loop.
   *
   * @param models answers what is no turn
   */
  public ResponsesRoutes(TurnLoop loop, Turns turns, Models models, LlmConfig config) {
    this.loop = loop;
    this.turns = turns;
    this.models = models;
    this.bodies = new BodyReader(config.maxRequestBytes());
    this.heartbeat = config.heartbeat();
  }

  @Override
  public void routing(HttpRules rules) {
    rules.post("/v1/responses", this::answer).post("/api/v1/responses", this::answer);
  }

  private void answer(ServerRequest request, ServerResponse response) throws Exception {
    var body = bodies.read(request);
    if (TurnSigns.in(body)) {
      var read = TurnRequestReader.read(tree(body));
      turn(ToldHeaders.session(request).map(read::in).orElse(read), request, response);
    } else {
      models.answer(body, request, response);
    }
  }

  /** Answers what is no turn. */
  @FunctionalInterface
  public interface Models {
    /**
     * Answers, or tells of a refusal.
     *
     * @param body never changed after this
     */
    void answer(byte[] body, ServerRequest request, ServerResponse response) throws Exception;
  }

  private void turn(TurnRequest turnRequest, ServerRequest request, ServerResponse response) {
    var caller = caller(request, response);
    if (!turnRequest.dropped().isEmpty()) {
      response.header(DROPPED, String.join(",", turnRequest.dropped()));
    }
    try {
      if (turnRequest.stream()) {
        stream(caller, turnRequest, response);
      } else {
        whole(caller, turnRequest, response);
      }
    } catch (IOException | UncheckedIOException _) {
      // The caller has left: each call of the turn has its own record of how it ended.
    }
  }

  private void stream(Caller caller, TurnRequest turnRequest, ServerResponse response)
      throws IOException {
    var cancellation = caller.presence().cancellation();
    try (var events = new EventStream(response, MAPPER, heartbeat, cancellation)) {
      loop.run(caller, turnRequest, cancellation, events::send);
    }
  }

  /** Once nothing can be refused any more, white space before the JSON shows that we are there. */
  private void whole(Caller caller, TurnRequest turnRequest, ServerResponse response)
      throws IOException {
    var cancellation = caller.presence().cancellation();
    try (var body = new LiveBody(response, JSON, heartbeat, cancellation)) {
      var whole = loop.run(caller, turnRequest, cancellation, _ -> body.live());
      body.finish(MAPPER.writeValueAsBytes(whole));
    }
  }

  /** Without a named turn this request is a turn of its own. */
  private Caller caller(ServerRequest request, ServerResponse response) {
    var caller = Callers.of(request, Door.TURN);
    if (request.headers().contains(CallerFilter.TURN)) {
      return caller;
    }
    var begun = turns.begin(caller.principal());
    response.header(CallerFilter.TURN, begun.id().value());
    return caller.in(begun).through(Door.TURN);
  }

  private static JsonNode tree(byte[] body) {
    try {
      return MAPPER.readTree(body);
    } catch (IOException _) {
      throw new Refusal(RefusalCode.MALFORMED_REQUEST, "The body must be one JSON object.");
    }
  }
}
