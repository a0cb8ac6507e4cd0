package dev.sallyport.identity.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Decision.Allowed;
import dev.sallyport.identity.action.Decision.Denied;
import dev.sallyport.identity.action.Decision.Grounds;
import dev.sallyport.identity.action.Decision.Held;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.digest.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.function.UnaryOperator;

/**
 * Writes records as compact JSON, fields in a fixed order, ASCII only: whatever a caller sent, a
 * record is one line of visible characters. What a caller could make long is cut. Thread-safe.
 */
final class RecordEncoder {
  /** The longest text that is written whole. */
  static final int MAX_TEXT = 512;

  private static final String CUT = " (cut, of ";

  /** The longest facts that are written. */
  static final int MAX_FACTS_BYTES = 8_192;

  /** The longest fact that is written whole where all of them together are too long. */
  static final int MAX_FACT = 256;

  private static final int MAX_OMISSION = 40;
  private static final int MAX_SMALL_FACTS = 24;
  private static final int MAX_SMALL_TEXT = 32;

  /** The most open calls that the first record of a file lists. */
  static final int MAX_LISTED_CALLS = 50_000;

  static final String ROLLED = "ledger.rolled";

  private static final int USUAL_BYTES = 768;
  private static final int SALT_BYTES = 16;
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .recyclerPool(JsonRecyclerPools.sharedBoundedPool())
              .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
              .build());

  private final SecureRandom random;
  private final KeptContent content;

  /**
   * An encoder.
   *
   * @param knownSecrets takes secrets that are known out of a tree
   */
  RecordEncoder(SecureRandom random, UnaryOperator<JsonNode> knownSecrets) {
    this.random = random;
    this.content = new KeptContent(MAPPER, knownSecrets);
  }

  Body intent(CallId callId, Action action, Allowed decision) {
    return write(
        RecordType.INTENT,
        callId.value(),
        json -> {
          attempt(json, action);
          text(json, "resource", decision.resource());
          text(json, "action", decision.action());
          rule(json, decision.by());
          grounds(json, decision.grounds());
          if (decision.approval().isPresent()) {
            var approval = decision.approval().get();
            json.writeStringField("approval", approval.id().value());
            text(json, "approved_by", approval.by());
          }
          what(json, action, decision.grounds());
        });
  }

  Body held(CallId callId, Action action, Held decision, CallId approval) {
    return write(
        RecordType.HELD,
        callId.value(),
        json -> {
          attempt(json, action);
          text(json, "resource", decision.resource());
          text(json, "action", decision.action());
          rule(json, decision.by());
          grounds(json, decision.grounds());
          json.writeStringField("approval", approval.value());
          what(json, action, decision.grounds());
        });
  }

  Body denied(CallId callId, Action action, Denied decision) {
    return write(
        RecordType.DENIED,
        callId.value(),
        json -> {
          attempt(json, action);
          if (decision.by().isPresent()) {
            rule(json, decision.by().get());
          }
          grounds(json, decision.grounds());
          what(json, action, decision.grounds());
          json.writeStringField("outcome", "refused");
          json.writeStringField("code", decision.refusal().code());
          text(json, "reason", decision.reason());
        });
  }

  Body outcome(CallId callId, Outcome outcome, ObjectNode facts) {
    return write(
        RecordType.OUTCOME,
        callId.value(),
        json -> {
          json.writeStringField("outcome", outcome.label());
          switch (outcome) {
            case Outcome.Refused refused -> json.writeStringField("code", refused.code().code());
            case Outcome.Failed failed -> text(json, "reason", failed.reason());
            case Outcome.Aborted aborted -> text(json, "reason", aborted.reason());
            case Outcome.Succeeded _, Outcome.ToolFailed _ -> {}
          }
          facts(json, facts);
        });
  }

  /** The outcome of a call that was under way when the gateway died. */
  static Body unknownOutcome(String callId) {
    return write(
        RecordType.OUTCOME,
        callId,
        json -> {
          json.writeStringField("outcome", "unknown");
          json.writeStringField("reason", "gateway_died");
        });
  }

  static Body event(String name, ObjectNode facts) {
    return write(
        RecordType.EVENT,
        "",
        json -> {
          text(json, "event", name);
          facts(json, facts);
        });
  }

  static Body started(ObjectNode facts) {
    return write(RecordType.STARTED, "", json -> facts(json, facts));
  }

  static Body stopped() {
    return write(RecordType.STOPPED, "", _ -> {});
  }

  /** The first record of a file: which calls are open, if they are not too many to list. */
  static Body rolled(Collection<String> openCalls) {
    return write(
        RecordType.EVENT,
        "",
        json -> {
          json.writeStringField("event", ROLLED);
          json.writeObjectFieldStart("facts");
          json.writeNumberField("open", openCalls.size());
          if (openCalls.size() <= MAX_LISTED_CALLS) {
            json.writeArrayFieldStart("calls");
            for (var call : openCalls) {
              json.writeString(call);
            }
            json.writeEndArray();
          }
          json.writeEndObject();
        });
  }

  @FunctionalInterface
  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private static Body write(RecordType type, String callId, Fields fields) {
    var bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (var json = MAPPER.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("type", type.label());
      if (!callId.isEmpty()) {
        json.writeStringField("call_id", callId);
      }
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Body(type, callId, bytes.toByteArray());
  }

  private static void attempt(JsonGenerator json, Action action) throws IOException {
    var caller = action.caller();
    PrincipalRecord.write(json, caller.principal());
    json.writeStringField("turn", caller.turn().id().value());
    json.writeStringField("door", caller.door().label());
    json.writeObjectFieldStart("target");
    TargetRecord.write(json, action.target());
    json.writeEndObject();
  }

  private static void rule(JsonGenerator json, Rule rule) throws IOException {
    text(json, "policy", rule.policy());
    text(json, "policy_version", rule.version());
    text(json, "rule", rule.rule());
  }

  /** What a decision depended on, so that it can be made again. */
  private static void grounds(JsonGenerator json, Grounds grounds) throws IOException {
    if (grounds.userRule().isPresent()) {
      json.writeObjectFieldStart("user_rule");
      rule(json, grounds.userRule().get());
      json.writeEndObject();
    }
    if (grounds.circumstances().isPresent()) {
      var circumstances = grounds.circumstances().get();
      json.writeObjectFieldStart("context");
      json.writeStringField("time", circumstances.time().toString());
      if (circumstances.source().isPresent()) {
        text(json, "source", circumstances.source().get());
      }
      text(json, "label", circumstances.label());
      json.writeNumberField("calls", circumstances.calls());
      json.writeEndObject();
    }
    if (grounds.shadow().isPresent()) {
      var shadow = grounds.shadow().get();
      json.writeObjectFieldStart("shadow");
      json.writeStringField("decision", shadow.decision());
      if (shadow.rule().isPresent()) {
        rule(json, shadow.rule().get());
      }
      json.writeEndObject();
    }
    PrincipalRecord.write(json, grounds.demand());
  }

  private void what(JsonGenerator json, Action action, Grounds grounds) throws IOException {
    if (action.pin().isPresent()) {
      text(json, "pin", action.pin().get());
    }
    if (!action.credentials().isEmpty()) {
      json.writeArrayFieldStart("credentials");
      for (var use : action.credentials()) {
        json.writeStartObject();
        text(json, "credential", use.credential());
        json.writeNumberField("version", use.version());
        text(json, "destination", use.destination());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    var salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    var digest = Sha256.create();
    digest.update(salt);
    json.writeObjectFieldStart("args");
    json.writeStringField("salt", HexFormat.of().formatHex(salt));
    json.writeStringField("sha256", HexFormat.of().formatHex(digest.digest(action.payload())));
    json.writeNumberField("bytes", action.payload().length);
    content.write(json, action, grounds.kept());
    json.writeEndObject();
  }

  private static void facts(JsonGenerator json, ObjectNode facts) throws IOException {
    if (facts.isEmpty()) {
      return;
    }
    json.writeFieldName("facts");
    if (isSmall(facts)) {
      MAPPER.writeTree(json, facts);
      return;
    }
    var written = MAPPER.writeValueAsString(facts);
    if (written.length() <= MAX_FACTS_BYTES) {
      json.writeRawValue(written);
    } else {
      MAPPER.writeTree(json, cut(facts, written.length()));
    }
  }

  /**
   * Facts without those that are long, each of which is replaced by its size. The short ones stay:
   * whoever can make one long must not make the others go away.
   */
  private static ObjectNode cut(ObjectNode facts, int bytes) throws IOException {
    var kept = MAPPER.createObjectNode();
    int left = MAX_FACTS_BYTES;
    for (var fact : facts.properties()) {
      var name = fact.getKey();
      var length = MAPPER.writeValueAsString(fact.getValue()).length();
      left -= MAX_OMISSION + name.length();
      if (name.length() > MAX_SMALL_TEXT || left < 0) {
        break;
      }
      if (length <= MAX_FACT) {
        kept.set(name, fact.getValue());
        left -= length;
      } else {
        kept.putObject(name).put("omitted_bytes", length);
      }
    }
    return kept.put("omitted_bytes", bytes);
  }

  /** Whether facts are short however they are written: few, and none of them long or nested. */
  private static boolean isSmall(ObjectNode facts) {
    if (facts.size() > MAX_SMALL_FACTS) {
      return false;
    }
    for (var fact : facts) {
      if (fact.isContainerNode() || fact.asText().length() > MAX_SMALL_TEXT) {
        return false;
      }
    }
    return true;
  }

  static void text(JsonGenerator json, String name, String value) throws IOException {
    json.writeStringField(
        name,
        value.length() <= MAX_TEXT
            ? value
            : value.substring(0, MAX_TEXT) + CUT + value.length() + " characters)");
  }

  /** Whether a text in a record is not whole. */
  static boolean isCut(String text) {
    return text.length() > MAX_TEXT && text.startsWith(CUT, MAX_TEXT);
  }
}
