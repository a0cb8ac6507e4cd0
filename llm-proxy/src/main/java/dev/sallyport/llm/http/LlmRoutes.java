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
import dev.sallyport.llm.dialogue.Dialogues;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.skin.Skin;
import dev.sallyport.llm.skin.messages.MessagesSkin;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.WireJson;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * OpenAI-compatible routes for chat completions, responses, embeddings and models, and Anthropic's
 * for messages, under {@code /v1} and {@code /api/v1}. They stand behind a {@link
 * dev.sallyport.identity.http.CallerFilter}.
 */
public final class LlmRoutes implements HttpService {
  private static final List<String> BASES = List.of("/v1", "/api/v1");

  private static final HeaderName TOKEN_COUNT = HeaderNames.create("Sallyport-Token-Count");

  /** Where each form is spoken. */
  private static final Map<String, Form> SKINS =
      Map.of(
          "/chat/completions",
          Form.CHAT,
          MessagesSkin.PATH,
          Form.MESSAGES,
          "/responses",
          Form.RESPONSES,
          "/embeddings",
          Form.EMBEDDINGS);

  private final Map<Form, Skin> skins;
  private final LlmProxy proxy;
  private final Dialogues dialogues;
  private final Evidence evidence;
  private final BodyReader bodies;

  /**
   * Routes over a proxy.
   *
   * @param dialogues which requests are watched
   */
  public LlmRoutes(
      LlmProxy proxy, List<Skin> skins, Dialogues dialogues, Evidence evidence, LlmConfig config) {
    this.skins = skins.stream().collect(Collectors.toMap(Skin::form, Function.identity()));
    this.proxy = proxy;
    this.dialogues = dialogues;
    this.evidence = evidence;
    this.bodies = new BodyReader(config.maxRequestBytes());
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get("/api/v1/models/count", guarded(this::modelCount));
    rules.get("/api/v1/models/user", guarded(this::models));
    for (var base : BASES) {
      SKINS.forEach((path, form) -> {
        rules.post(
            base + path,
            guarded((request, response) -> ask(form, bodies.read(request), request, response)));
        rules.any(base + path, guarded(only("POST")));
      });
      rules.post(base + MessagesSkin.COUNT_PATH, guarded(this::count));
      rules.any(base + MessagesSkin.COUNT_PATH, guarded(only("POST")));
      rules.get(base + "/models", guarded(this::models));
      rules.get(base + "/models/{+id}", guarded(this::model));
      rules.any(base + "/models", guarded(only("GET")));
      rules.any(base + "/models/{+id}", guarded(only("GET")));
    }
  }

  /**
   * Answers a request whose body was read elsewhere, refusals included.
   *
   * @param body in this form; never changed after this
   */
  public void answer(Form form, byte[] body, ServerRequest request, ServerResponse response)
      throws Exception {
    guarded((_, _) -> ask(form, body, request, response)).handle(request, response);
  }

  private void ask(Form form, byte[] body, ServerRequest request, ServerResponse response) {
    var caller = Callers.of(request, Door.MODEL_API);
    boolean openRouter = OpenRouterShape.isWanted(request, form);
    var plain = Objects.requireNonNull(skins.get(form), "no skin of a form that is routed");
    var skin = openRouter ? plain.ofOpenRouter() : plain;
    var read = skin.read(body, ToldHeaders.of(request, skin.headers()));
    var asked = openRouter ? read.seenAs(read.chat().tellingUsage()) : read;
    var exchange = exchange(caller, asked);
    if (asked.chat().streamed()) {
      try (var sink = new HttpStreamSink(response, skin.stream(asked), skin::ownName, openRouter)) {
        proxy.relay(caller, asked, exchange, sink);
      }
    } else {
      send(skin, asked, proxy.answer(caller, asked, exchange), openRouter, response);
    }
  }

  /** Whoever asks is told whether the provider has counted. */
  private void count(ServerRequest request, ServerResponse response) {
    var caller = Callers.of(request, Door.MODEL_API);
    var skin = new MessagesSkin();
    var asked = skin.readToCount(bodies.read(request), ToldHeaders.of(request, skin.headers()));
    var count = proxy.count(caller, asked, dialogues.of(caller, asked).isPresent());
    AnswerHeaders.set(response, count.head(), skin::ownName);
    response.header(TOKEN_COUNT, count.estimate() ? "estimate" : "provider");
    json(response, JsonNodeFactory.instance.objectNode().put("input_tokens", count.tokens()));
  }

  /** Embeddings say nothing, to whoever reads them: there is nothing to watch. */
  private Exchange exchange(Caller caller, ModelRequest asked) {
    return asked.form() == Form.EMBEDDINGS
        ? Exchange.AS_IT_IS
        : dialogues.of(caller, asked).map(Exchange::of).orElse(Exchange.AS_IT_IS);
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
    var facts = Callers.sender(caller).facts();
    evidence.event("request.refused", facts.put("code", refusal.code().code()));
  }

  private static void send(
      Skin skin, ModelRequest asked, Answer answer, boolean openRouter, ServerResponse response) {
    var own =
        answer.form() == skin.form()
            ? answer.body()
            : skin.whole(asked, LlmProxy.tree(answer.body()));
    var body = openRouter ? OpenRouterShape.inBody(own, answer.head().costUsd()) : own;
    AnswerHeaders.set(response, answer.head(), skin::ownName);
    response.header(HeaderValues.CONTENT_TYPE_JSON).send(body);
  }

  private void models(ServerRequest request, ServerResponse response) {
    var caller = Callers.of(request, Door.MODEL_API);
    json(
        response, ModelShape.of(request).list(request.query(), proxy.models(caller), proxy::rates));
  }

  private void modelCount(ServerRequest request, ServerResponse response) {
    var caller = Callers.of(request, Door.MODEL_API);
    json(response, ModelShape.count(request.query(), proxy.models(caller), proxy::rates));
  }

  private void model(ServerRequest request, ServerResponse response) {
    var caller = Callers.of(request, Door.MODEL_API);
    var id = request.path().pathParameters().get("id");
    if (!proxy.models(caller).contains(id)) {
      throw new Refusal(RefusalCode.UNKNOWN_MODEL);
    }
    json(response, ModelShape.of(request).one(id, proxy.rates(id)));
  }

  private static void json(ServerResponse response, ObjectNode body) {
    response.header(HeaderValues.CONTENT_TYPE_JSON).send(WireJson.bytes(body));
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
        RefusalAnswer.send(place(request), response, writtenDown(request, refusal));
      }
    };
  }

  /** Whose form an error has: Anthropic's clients ask for models where OpenAI's do. */
  private static String place(ServerRequest request) {
    var path = request.path().path();
    return path.contains("/models") && ModelShape.of(request) == ModelShape.ANTHROPIC
        ? BASES.getFirst() + MessagesSkin.PATH
        : path;
  }
}
