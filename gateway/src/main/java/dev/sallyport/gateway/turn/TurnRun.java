package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.turn.ChatAssembler.Call;
import dev.sallyport.gateway.turn.ToolTable.ServerTool;
import dev.sallyport.gateway.turn.TurnLoop.Ports;
import dev.sallyport.gateway.turn.TurnTools.ToolOutput;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One turn under way. For one thread, but for what gives it up. */
final class TurnRun {
  private static final String APPROVAL_PREFIX = "mcpr_";

  /** So that no answer of a model, however many calls it wants, fills the evidence. */
  private static final int MOST_IGNORED_ON_RECORD = 64;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final Caller caller;
  private final TurnRequest request;
  private final TurnLimits limits;
  private final Ports ports;
  private final Cancellation cancellation;
  private final ResponseWriter writer;
  private final ToolTable table = new ToolTable();
  private final TurnUsage usage = new TurnUsage();
  private final List<ObjectNode> messages;
  private int toolCalls;
  private int ignored;
  private String finalText = "";

  TurnRun(
      Caller caller,
      TurnRequest request,
      TurnLimits limits,
      Ports ports,
      Cancellation cancellation,
      ResponseWriter writer) {
    this.caller = caller;
    this.request = request;
    this.limits = limits;
    this.ports = ports;
    this.cancellation = cancellation;
    this.writer = writer;
    this.messages = new ArrayList<>();
  }

  void toTheEnd() throws IOException {
    messages.addAll(ports.client().seen(caller, request.messages(), request.functions()));
    writer.created();
    listTools();
    try {
      if (resume()) {
        alternate();
      }
    } catch (CallCancelledException e) {
      switch (e.why()) {
        case TIME_OVER -> finishIncomplete("max_time");
        case CALLER_LEFT -> throw new IOException("the caller has left");
        case REVOKED, EXPIRED, POLICY_REVOKED -> throw e.why().refusal().orElseThrow();
      }
    }
  }

  /** Makes the calls again that waited for a person; whether the turn goes on after that. */
  private boolean resume() throws IOException {
    var calls = new ArrayList<Call>();
    for (var resumed : request.resumed()) {
      var name = ToolTable.modelName(resumed.label(), resumed.name());
      calls.add(new Call("call_" + resumed.request(), name, resumed.arguments()));
    }
    if (calls.isEmpty()) {
      return true;
    }
    writer.commit();
    messages.add(ChatAssembler.message("", calls));
    return runTools(calls);
  }

  private void alternate() throws IOException {
    for (int asked = 0; asked < limits.modelCalls(); asked++) {
      requireTime();
      var answer = askModel();
      if (answer.calls().isEmpty()) {
        finish(answer);
        return;
      }
      messages.add(answer.message());
      answer.calls().forEach(this::noteProposed);
      if (!runTools(answer.calls())) {
        return;
      }
    }
    finishIncomplete("max_model_calls");
  }

  /** Ends a turn that cannot go on, after its caller was already told of its beginning. */
  void fail(Refusal refusal) throws IOException {
    var error =
        NODES.objectNode().put("code", refusal.code().code()).put("message", refusal.advice());
    end("failed", error, NODES.nullNode());
  }

  private void listTools() throws IOException {
    table.addFunctions(request.functions());
    for (var choice : request.servers()) {
      var offered = table.addServer(choice, ports.tools().list(caller, choice.server()));
      var item =
          NODES
              .objectNode()
              .put("id", writer.nextId("mcpl"))
              .put("type", "mcp_list_tools")
              .put("server_label", choice.label())
              .putNull("error");
      item.putArray("tools");
      int index = writer.begin(item);
      writer.within("response.mcp_list_tools.in_progress", index, _ -> {});
      item.set("tools", ToolTable.listed(offered));
      writer.within("response.mcp_list_tools.completed", index, _ -> {});
      writer.end(index);
    }
    if (!request.functions().isEmpty()) {
      table.addOperations(ports.client().operations(caller));
    }
  }

  private void requireTime() {
    cancellation
        .why()
        .ifPresent(why -> {
          throw new CallCancelledException(why);
        });
  }

  private ChatAssembler askModel() throws IOException {
    var chat = TurnRequest.copy(request.settings());
    chat.put("model", request.model());
    chat.putArray("messages").addAll(messages);
    if (!table.definitions().isEmpty()) {
      chat.putArray("tools").addAll(table.definitions());
    } else {
      chat.remove("tool_choice");
    }
    chat.put("stream", true);
    chat.putObject("stream_options").put("include_usage", true);
    var answer = new ChatAssembler();
    var message = new MessageItem(writer);
    try {
      ports.model().stream(
          caller,
          chat,
          request.session(),
          cancellation,
          chunk -> {
            writer.commit();
            writer.takeLeftOut(chunk);
            message.text(answer.add(chunk));
          });
    } catch (CallCancelledException e) {
      message.breakOff();
      throw e;
    }
    writer.commit();
    message.end();
    usage.add(answer.usage());
    if (!answer.text().isEmpty()) {
      finalText = answer.text();
    }
    return answer;
  }

  private void noteProposed(Call call) {
    try {
      var arguments = arguments(call);
      table
          .find(call.name())
          .ifPresent(tool -> ports.tools().proposed(caller, tool.wanted(), arguments));
    } catch (JsonProcessingException _) {
      return; // no call will come of it
    }
  }

  /** Whether the turn goes on after these calls. */
  private boolean runTools(List<Call> calls) throws IOException {
    boolean ours = true;
    boolean waits = false;
    boolean beyond = false;
    var theirs = calls.stream().filter(this::isClients).toList();
    var handed = HandedBack.of(ports.client(), caller, request.functions(), theirs);
    for (var call : calls) {
      if (isClients(call)) {
        if (handed.refused().isPresent()) {
          answerCall(call, handed.refused().get());
        } else {
          handBack(handed.given(call));
          ours = false;
        }
        continue;
      }
      if (toolCalls >= limits.toolCalls()) {
        ignore(call);
        beyond = true;
        continue;
      }
      toolCalls++;
      requireTime();
      var output = runTool(call);
      answerCall(call, output.text());
      waits |= output.approval().isPresent();
    }
    if (beyond) {
      finishIncomplete("max_tool_calls");
      return false;
    }
    if (!ours || waits) {
      end("completed", NODES.nullNode(), NODES.nullNode());
    }
    return ours && !waits;
  }

  /** One beyond the bound is not made and not shown; the first of them are refused on record. */
  private void ignore(Call call) {
    if (ignored++ >= MOST_IGNORED_ON_RECORD) {
      return;
    }
    var wanted = table.named(request.servers(), call.name()).wanted();
    var refusal = new Refusal(RefusalCode.TOOL_CALLS_EXHAUSTED);
    var written = ports.tools().refuse(caller, wanted, call.arguments(), refusal);
    if (written.code() == RefusalCode.EVIDENCE_UNAVAILABLE) {
      throw written;
    }
  }

  private boolean isClients(Call call) {
    return table.find(call.name()).isEmpty() && table.offers(call.name());
  }

  /** One that was not offered fails in the sight of the client and the model. */
  private ToolOutput runTool(Call call) throws IOException {
    boolean offered = table.find(call.name()).isPresent();
    var tool = table.named(request.servers(), call.name());
    var item = McpCallItem.begin(writer, tool, call);
    try {
      var output =
          offered
              ? outputOf(tool, call)
              : refused(tool, call, new Refusal(RefusalCode.UNKNOWN_TOOL));
      item.end(output);
      ports.client().told(caller, item.asCall(), output.text());
      if (output.approval().isPresent()) {
        askForApproval(tool, call, output.approval().get());
      }
      return output;
    } catch (CallCancelledException e) {
      item.breakOff(new ToolOutput(RefusalText.givenUp(e.why().label()), true));
      throw e;
    }
  }

  /** Says that a person has to decide; the turn ends, and its caller comes back. */
  private void askForApproval(ServerTool tool, Call call, String approval) throws IOException {
    writer.end(
        writer.begin(
            NODES
                .objectNode()
                .put("id", APPROVAL_PREFIX + approval)
                .put("type", "mcp_approval_request")
                .put("server_label", tool.choice().label())
                .put("name", tool.tool())
                .put("arguments", call.arguments())));
  }

  /** A refusal goes to the model as the tool's answer: it may find another way. */
  private ToolOutput outputOf(ServerTool tool, Call call) {
    ObjectNode arguments;
    try {
      arguments = arguments(call);
    } catch (JsonProcessingException _) {
      return refused(
          tool,
          call,
          new Refusal(RefusalCode.MALFORMED_REQUEST, "The arguments must be a JSON object."));
    }
    try {
      return ports.tools().call(caller, tool.wanted(), arguments, cancellation);
    } catch (Refusal refusal) {
      return told(refusal);
    }
  }

  private ToolOutput refused(ServerTool tool, Call call, Refusal why) {
    return told(ports.tools().refuse(caller, tool.wanted(), call.arguments(), why));
  }

  private static ToolOutput told(Refusal refusal) {
    return new ToolOutput(
        RefusalText.of(refusal), true, refusal.approval().map(approval -> approval.id().value()));
  }

  private static ObjectNode arguments(Call call) throws JsonProcessingException {
    JsonNode tree = MAPPER.readTree(call.arguments());
    if (tree instanceof ObjectNode object) {
      return object;
    }
    throw new NotAnObjectException();
  }

  private void answerCall(Call call, String output) {
    messages.add(
        NODES
            .objectNode()
            .put("role", "tool")
            .put("tool_call_id", call.id())
            .put("content", output));
  }

  /** A tool of the caller's own: the caller runs it and comes back. */
  private void handBack(Call call) throws IOException {
    var item =
        NODES
            .objectNode()
            .put("id", writer.nextId("fc"))
            .put("type", "function_call")
            .put("status", "in_progress")
            .put("call_id", call.id())
            .put("name", call.name())
            .put("arguments", "");
    int index = writer.begin(item);
    writer.within(
        "response.function_call_arguments.delta",
        index,
        event -> event.put("delta", call.arguments()));
    item.put("arguments", call.arguments()).put("status", "completed");
    writer.within(
        "response.function_call_arguments.done",
        index,
        event -> event.put("name", call.name()).put("arguments", call.arguments()));
    writer.end(index);
  }

  private void finish(ChatAssembler answer) throws IOException {
    switch (answer.finishReason()) {
      case "length" -> finishIncomplete("max_output_tokens");
      case "content_filter" -> finishIncomplete("content_filter");
      case "error" -> {
        var error =
            NODES
                .objectNode()
                .put("code", "upstream_unavailable")
                .put("message", "The model broke off in the middle of its answer. Try again.");
        end("failed", error, NODES.nullNode());
      }
      default -> end("completed", NODES.nullNode(), NODES.nullNode());
    }
  }

  private void finishIncomplete(String reason) throws IOException {
    writer.commit();
    end("incomplete", NODES.nullNode(), NODES.objectNode().put("reason", reason));
  }

  private void end(String status, JsonNode error, JsonNode incompleteDetails) throws IOException {
    ports
        .rendering()
        .beside(caller.turn(), finalText)
        .ifPresent(beside -> writer.response().set("sallyport", beside));
    writer.finish(status, error, incompleteDetails, usage.json());
  }

  /** Arguments that are JSON and not an object. */
  private static final class NotAnObjectException extends JsonProcessingException {
    private static final long serialVersionUID = 1L;

    NotAnObjectException() {
      super("not an object");
    }
  }
}
