package dev.sallyport.llm.skin.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.ErrorType;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.responses.ResponsesUsage;
import dev.sallyport.llm.skin.SkinStream;
import dev.sallyport.llm.spi.ChatUsage;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.WireJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Writes one response, event by event. For one thread. */
final class ResponseStream implements SkinStream {
  private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final String DATA = "data:";
  private static final int LONGEST_ID = 64;

  private final ModelRequest asked;
  private final InstantSource clock;
  private final ResponseLog log = new ResponseLog();
  private final Events events = new Events(log);
  private Optional<OutputWriter> output = Optional.empty();
  private String finishReason = "";
  private final ObjectNode beside = JsonNodeFactory.instance.objectNode();

  ResponseStream(ModelRequest asked, InstantSource clock) {
    this.asked = asked;
    this.clock = clock;
  }

  @Override
  public List<byte[]> accept(byte[] chatFrame) {
    read(chatFrame).ifPresent(this::chunk);
    return events.take();
  }

  /** Takes a whole answer as if it came as one chunk. */
  void whole(ObjectNode chat) {
    chunk(chat);
    finish();
  }

  /** The response as it is now. */
  ObjectNode response() {
    return events.last();
  }

  private void chunk(ObjectNode chunk) {
    var writer =
        output.orElseGet(() ->
            begin(
                chunk.path("id").asText(""),
                chunk.path("created").asLong(clock.instant().getEpochSecond()),
                chunk.path("model").asText(asked.model())));
    ChatUsage.read(chunk.path("usage"))
        .ifPresent(usage -> beside.set("usage", ResponsesUsage.of(usage)));
    writer.look(chunk);
    for (var name : List.of("service_tier", LeftOut.BESIDE)) {
      if (chunk.hasNonNull(name)) {
        beside.set(name, chunk.get(name).deepCopy());
      }
    }
    for (var choice : chunk.path("choices")) {
      if (choice.path("index").asInt(0) == 0) {
        writer.said(choice.path(choice.has("message") ? "message" : "delta"), choice);
        finishReason = choice.path("finish_reason").asText(finishReason);
      }
    }
  }

  private OutputWriter begin(String id, long created, String model) {
    var suffix = suffix(id);
    var request = asked.own().map(JsonBody::tree).orElseGet(JsonNodeFactory.instance::objectNode);
    var head = ResponseHead.of(request, "resp_" + suffix, created, model);
    events.emit("response.created", event -> event.set("response", head));
    events.emit("response.in_progress", event -> event.set("response", head));
    var writer = new OutputWriter(events, log, suffix);
    output = Optional.of(writer);
    return writer;
  }

  /** What tells this response from all others, from what told the chat answer from them. */
  private String suffix(String id) {
    var plain = id.replaceFirst("^(?:chatcmpl-|resp_)", "").replaceAll("[^A-Za-z0-9_-]", "");
    var own = plain.isEmpty() ? Long.toHexString(clock.millis()) : plain;
    return own.length() <= LONGEST_ID ? own : own.substring(0, LONGEST_ID);
  }

  @Override
  public void passed(byte[] ownFrame) {
    read(ownFrame).ifPresent(log::note);
  }

  @Override
  public List<byte[]> end() {
    finish();
    return events.take();
  }

  private void finish() {
    var incomplete =
        switch (finishReason) {
          case "length" -> Optional.of("max_output_tokens");
          case "content_filter" -> Optional.of("content_filter");
          default -> Optional.<String>empty();
        };
    var writer = output.orElseGet(() -> begin("", clock.instant().getEpochSecond(), asked.model()));
    writer.close(incomplete.isPresent());
    var whole = log.response();
    whole.put("status", incomplete.isPresent() ? "incomplete" : "completed");
    incomplete.ifPresent(why -> whole.putObject("incomplete_details").put("reason", why));
    whole.setAll(beside);
    writer.tellOfLeftOut(whole);
    events.emit("response." + whole.path("status").asText(), event -> event.set("response", whole));
  }

  /** What is open ends where it is, and then the response does. */
  @Override
  public List<byte[]> broken(Refusal refusal) {
    if (!log.isBegun()) {
      var id = refusal.callId().map(call -> call.value()).orElse("");
      begin(id, clock.instant().getEpochSecond(), asked.model());
    }
    for (int index : log.open()) {
      var item = log.item(index);
      item.put("status", "incomplete");
      events.emit(
          "response.output_item.done",
          event -> event.put("output_index", index).set("item", item.deepCopy()));
    }
    var failed = log.response().put("status", "failed");
    failed
        .putObject("error")
        .put("code", ErrorType.of(refusal.code()).responses())
        .put("message", refusal.advice());
    events.emit("response.failed", event -> event.set("response", failed));
    return events.take();
  }

  @Override
  public byte[] waiting() {
    return KEEP_ALIVE.clone();
  }

  private static Optional<ObjectNode> read(byte[] frame) {
    var data = new ByteArrayOutputStream(frame.length);
    new String(frame, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(DATA))
        .map(line -> line.substring(DATA.length()).getBytes(StandardCharsets.UTF_8))
        .forEach(data::writeBytes);
    try {
      return data.size() == 0 ? Optional.empty() : Optional.of(WireJson.object(data.toByteArray()));
    } catch (MalformedReplyException _) {
      return Optional.empty(); // such as what marks the end of a chat answer
    }
  }
}
