package dev.sallyport.llm.http;

import dev.sallyport.identity.action.CallId;
import dev.sallyport.llm.AnswerHead;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The headers that tell of an answer beside it. */
final class AnswerHeaders {
  private static final HeaderName CALL = HeaderNames.create("Sallyport-Call");
  private static final HeaderName REQUEST_ID = HeaderNames.create("x-request-id");
  private static final HeaderName MODEL_REQUESTED = HeaderNames.create("Sallyport-Model-Requested");
  private static final HeaderName MODEL_SERVED = HeaderNames.create("Sallyport-Model-Served");
  private static final HeaderName DEPLOYMENT = HeaderNames.create("Sallyport-Deployment");
  private static final HeaderName COST = HeaderNames.create("Sallyport-Cost-Usd");
  private static final HeaderName DROPPED = HeaderNames.create("Sallyport-Dropped-Params");
  private static final int MOST_DROPPED_LENGTH = 2_000;

  private AnswerHeaders() {}

  static void set(ServerResponse response, AnswerHead head, UnaryOperator<String> ownName) {
    set(response, head.callId());
    if (isVisible(head.modelAsked())) {
      response.header(MODEL_REQUESTED, head.modelAsked());
    }
    head.modelServed().ifPresent(model -> response.header(MODEL_SERVED, model));
    head.deployment().ifPresent(name -> response.header(DEPLOYMENT, name));
    head.costUsd().ifPresent(usd -> response.header(COST, usd.toPlainString()));
    if (!head.dropped().isEmpty()) {
      response.header(
          DROPPED,
          safe(head.dropped().stream().map(ownName).distinct().collect(Collectors.joining(", "))));
    }
  }

  static void set(ServerResponse response, CallId callId) {
    response.header(CALL, callId.value()).header(REQUEST_ID, callId.value());
  }

  /** Names come from the caller: what no header may hold is shown as a question mark. */
  private static String safe(String names) {
    var bounded =
        names.length() <= MOST_DROPPED_LENGTH ? names : names.substring(0, MOST_DROPPED_LENGTH);
    return bounded.replaceAll("[^\\x20-\\x7e]", "?");
  }

  private static boolean isVisible(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= 0x20 || text.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }
}
