package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcError;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;

/** What may be seen of a task whose server is not believed: times, numbers and words of ours. */
final class TaskView {
  private static final Set<String> STATUSES =
      Set.of("working", "input_required", "completed", "cancelled", "failed");
  private static final List<String> TIMES = List.of("createdAt", "lastUpdatedAt");
  private static final List<String> NUMBERS = List.of("ttlMs", "pollIntervalMs");

  private TaskView() {}

  /**
   * A task without any words of its server.
   *
   * @throws Refusal with UPSTREAM_MALFORMED if it has not the form of one
   */
  static ObjectNode of(ObjectNode task) {
    var status = task.path("status").asText("");
    if (!STATUSES.contains(status)) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
    var view = Json.object().put("status", status);
    for (var name : TIMES) {
      view.put(name, time(task.path(name)));
    }
    for (var name : NUMBERS) {
      var number = task.path(name);
      if (number.isIntegralNumber() && number.canConvertToLong()) {
        view.put(name, number.longValue());
      } else if (name.equals("ttlMs")) {
        view.putNull(name);
      }
    }
    if (task.has("error")) {
      view.set("error", error(task.path("error")));
    }
    return view;
  }

  /** An error without any words of its server. */
  static ObjectNode error(JsonNode error) {
    boolean unknown = error.path("code").asInt() == RpcError.INVALID_PARAMS;
    return unknown
        ? RpcError.of(RpcError.INVALID_PARAMS, "The server does not know the task so.").toJson()
        : RpcError.of(RpcError.INTERNAL_ERROR, "The server answered with an error.").toJson();
  }

  private static String time(JsonNode said) {
    try {
      return OffsetDateTime.parse(said.asText("")).toInstant().toString();
    } catch (DateTimeException _) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
  }
}
