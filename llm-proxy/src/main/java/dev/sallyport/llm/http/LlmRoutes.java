package dev.sallyport.llm.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Evidence;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.http.Callers;
import dev.sallyport.identity.http.RefusalAnswer;
import dev.sallyport.llm.Answer;
import dev.sallyport.llm.LlmConfig;
import dev.sallyport.llm.LlmProxy;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.WireJson;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/**
 * OpenAI-compatible routes for chat completions and models, under {@code /v1} and {@code /api/v1}.
 * They stand behind a {@link dev.sallyport.identity.http.CallerFilter}.
 */
public final class LlmRoutes implements HttpService {
  private static final List<String> BASES = List.of("/v1", "/api/v1");

  private final LlmProxy proxy;
  private final Evidence evidence;
  private final BodyReader bodies;

  public LlmRoutes(LlmProxy proxy, Evidence evidence, LlmConfig config) {
    this.proxy = proxy;
    this.evidence = evidence;
    this.bodies = new BodyReader(config.maxRequestBytes());
  }

  @Override
  public void routing(HttpRules rules) {
    for (var base : BASES) {
      rules.post(base + "/chat/completions", guarded(this::chat));
      rules.get(base + "/models", guarded(this::models));
      rules.get(base + "/models/{+id}", guarded(this::model));
      rules.any(base + "/chat/completions", guarded(only("POST")));
      rules.any(base + "/models", guarded(only("GET")));
      rules.any(base + "/models/{+id}", guarded(only("GET")));
    }
  }

  private void chat(ServerRequest request, ServerResponse response) {
    var caller = Callers.of(request, Door.MODEL_API);
    var chat = ChatRequest.parse(bodies.read(request));
    if (chat.streamed()) {
      stream(caller, chat, response);
    } else {
      send(proxy.answer(caller, chat), response);
    }
  }

  /** The refusal, once it is on record; or that it cannot be. */
  private Refusal writtenDown(ServerRequest request, Refusal refusal) {
    if (refusal.callId().isPresent()) {
      return refusal; // the end of an attempt, which has its own record
    }
    try {
      record(Callers.of(request, Door.MODEL_API), refusal);
      return refusal;
    } catch (Refusal unwritten) {
      return unwritten;
    }
  }

  private void record(Caller caller, Refusal refusal) {
    var facts = JsonNodeFactory.instance.objectNode();
    facts.put("principal", caller.principal().id().value());
    facts.put("turn", caller.turn().id().value());
    facts.put("door", caller.door().label());
    facts.put("code", refusal.code().code());
    evidence.event("request.refused", facts);
  }

  private void stream(Caller caller, ChatRequest chat, ServerResponse response) {
    try (var sink = new HttpStreamSink(response)) {
      proxy.relay(caller, chat, sink);
    }
  }

  private static void send(Answer answer, ServerResponse response) {
    AnswerHeaders.set(response, answer.head());
    response.header(HeaderNames.CONTENT_TYPE, "application/json").send(answer.body());
  }

  private void models(ServerRequest request, ServerResponse response) {
    var caller = Callers.of(request, Door.MODEL_API);
    var list = JsonNodeFactory.instance.objectNode().put("object", "list");
    var data = list.putArray("data");
    proxy.models(caller).forEach(alias -> data.add(described(alias)));
    json(response, list);
  }

  private void model(ServerRequest request, ServerResponse response) {
    var caller = Callers.of(request, Door.MODEL_API);
    var id = request.path().pathParameters().get("id");
    if (!proxy.models(caller).contains(id)) {
      throw new Refusal(RefusalCode.UNKNOWN_MODEL);
    }
    json(response, described(id));
  }

  private static ObjectNode described(String alias) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", alias)
        .put("object", "model")
        .put("created", 0)
        .put("owned_by", "sallyport");
  }

  private static void json(ServerResponse response, ObjectNode body) {
    response.header(HeaderNames.CONTENT_TYPE, "application/json").send(WireJson.bytes(body));
  }

  private static Handler only(String method) {
    return (_, response) -> {
      response.header(HeaderNames.ALLOW, method);
      throw new Refusal(RefusalCode.METHOD_NOT_ALLOWED);
    };
  }

  private Handler guarded(Handler handler) {
    return (request, response) -> {
      try {
        handler.handle(request, response);
      } catch (Refusal refusal) {
        refusal.callId().ifPresent(id -> AnswerHeaders.set(response, id));
        RefusalAnswer.send(request.path().path(), response, writtenDown(request, refusal));
      }
    };
  }
}
