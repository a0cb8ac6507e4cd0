package dev.sallyport.gateway.responses;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.gateway.turn.TurnLoop;
import dev.sallyport.gateway.turn.TurnRequest;
import dev.sallyport.gateway.turn.TurnRequestReader;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.http.CallerFilter;
import dev.sallyport.identity.http.Callers;
import dev.sallyport.identity.turn.Turns;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code POST /v1/responses}: runs a turn and answers in the form of OpenAI's Responses API,
 * streamed or whole.
 *
 * <p>A request that names no turn begins one; the answer's {@code Sallyport-Turn} names it, and a
 * later request that gives the name goes on in it. What is refused before an answer begins is a
 * {@link Refusal} for the listener's error handler.
 */
public final class ResponsesRoutes implements HttpService {
  private static final HeaderName DROPPED = HeaderNames.create("Sallyport-Dropped-Params");
  private static final LiveBody.Form JSON =
      new LiveBody.Form("application/json", new byte[] {'\n'}, false);
  private static final Pattern JSON_TYPE = Pattern.compile("(?i)\\s*application/json\\s*(;.*)?");
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final TurnLoop loop;
  private final Turns turns;
  private final Duration heartbeat;

  /**
   * Routes over a loop.
   *
   * @param heartbeat how long an answer may be silent before a sign of life is sent
   */
  public ResponsesRoutes(TurnLoop loop, Turns turns, Duration heartbeat) {
    this.loop = loop;
    this.turns = turns;
    this.heartbeat = heartbeat;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.post("/v1/responses", this::answer).post("/api/v1/responses", this::answer);
  }

  private void answer(ServerRequest request, ServerResponse response) {
    var turnRequest = TurnRequestReader.read(body(request));
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
    var cancellation = new Cancellation();
    try (var events = new EventStream(response, MAPPER, heartbeat, cancellation)) {
      loop.run(caller, turnRequest, cancellation, events::send);
    }
  }

  /** Once nothing can be refused any more, white space before the JSON shows that we are there. */
  private void whole(Caller caller, TurnRequest turnRequest, ServerResponse response)
      throws IOException {
    var cancellation = new Cancellation();
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
    return new Caller(caller.principal(), begun, Door.TURN);
  }

  private static JsonNode body(ServerRequest request) {
    var types = request.headers().all(HeaderNames.CONTENT_TYPE, List::of);
    if (types.size() != 1 || !JSON_TYPE.matcher(types.getFirst()).matches()) {
      throw new Refusal(RefusalCode.UNSUPPORTED_MEDIA_TYPE);
    }
    try (InputStream in = request.content().inputStream()) {
      var tree = MAPPER.readTree(in);
      if (tree != null && !tree.isMissingNode()) {
        return tree;
      }
    } catch (IOException _) {
      // Answered like an empty body.
    }
    throw new Refusal(RefusalCode.MALFORMED_REQUEST, "The body must be one JSON object.");
  }
}
