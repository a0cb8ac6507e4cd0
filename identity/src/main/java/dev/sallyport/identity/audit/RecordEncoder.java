package dev.sallyport.identity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.function.Consumer;
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
  private static final int MAX_FACT_NAME = 32;

  /** The most open calls that the first record of a file lists. */
  static final int MAX_LISTED_CALLS = 50_000;

  static final String ROLLED = "ledger.rolled";

  private static final int SALT_BYTES = 16;

  private final SecureRandom random;
  private final KeptContent content;

  /**
   * An encoder.
   *
   * @param knownSecrets takes secrets that are known out of a tree
   */
  RecordEncoder(SecureRandom random, UnaryOperator<JsonNode> knownSecrets) {
    this.random = random;
    this.content = new KeptContent(knownSecrets);
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
            json.field("approval", approval.id().value());
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
          json.field("approval", approval.value());
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
          json.field("outcome", "refused");
          json.field("code", decision.refusal().code());
          text(json, "reason", decision.reason());
        });
  }

  Body outcome(CallId callId, Outcome outcome, ObjectNode facts) {
    return write(
        RecordType.OUTCOME,
        callId.value(),
        json -> {
          json.word("outcome", outcome.label());
          switch (outcome) {
            case Outcome.Refused refused -> json.field("code", refused.code().code());
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
          json.field("outcome", "unknown");
          json.field("reason", "gateway_died");
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
          json.field("event", ROLLED);
          json.beginObject("facts");
          json.field("open", openCalls.size());
          if (openCalls.size() <= MAX_LISTED_CALLS) {
            json.beginArray("calls");
            for (var call : openCalls) {
              json.value(call);
            }
            json.endArray();
          }
          json.endObject();
        });
  }

  private static Body write(RecordType type, String callId, Consumer<AsciiJson> fields) {
    var json = new AsciiJson();
    json.beginObject();
    json.word("type", type.label());
    if (!callId.isEmpty()) {
      json.field("call_id", callId);
    }
    fields.accept(json);
    json.endObject();
    return new Body(type, callId, json.written());
  }

  private static void attempt(AsciiJson json, Action action) {
    var caller = action.caller();
    PrincipalRecord.write(json, caller.principal());
    json.word("turn", caller.turn().id().value());
    json.word("door", caller.door().label());
    json.beginObject("target");
    TargetRecord.write(json, action.target());
    json.endObject();
  }

  private static void rule(AsciiJson json, Rule rule) {
    text(json, "policy", rule.policy());
    text(json, "policy_version", rule.version());
    text(json, "rule", rule.rule());
  }

  /** What a decision depended on, so that it can be made again. */
  private static void grounds(AsciiJson json, Grounds grounds) {
    if (grounds.userRule().isPresent()) {
      json.beginObject("user_rule");
      rule(json, grounds.userRule().get());
      json.endObject();
    }
    if (grounds.circumstances().isPresent()) {
      var circumstances = grounds.circumstances().get();
      json.beginObject("context");
      json.word("time", circumstances.time().toString());
      if (circumstances.source().isPresent()) {
        text(json, "source", circumstances.source().get());
      }
      text(json, "label", circumstances.label());
      json.field("calls", circumstances.calls());
      json.endObject();
    }
    if (grounds.shadow().isPresent()) {
      var shadow = grounds.shadow().get();
      json.beginObject("shadow");
      json.field("decision", shadow.decision());
      if (shadow.rule().isPresent()) {
        rule(json, shadow.rule().get());
      }
      json.endObject();
    }
    PrincipalRecord.write(json, grounds.demand());
  }

  private void what(AsciiJson json, Action action, Grounds grounds) {
    if (action.pin().isPresent()) {
      text(json, "pin", action.pin().get());
    }
    if (!action.credentials().isEmpty()) {
      json.beginArray("credentials");
      for (var use : action.credentials()) {
        json.beginObject();
        text(json, "credential", use.credential());
        json.field("version", use.version());
        text(json, "destination", use.destination());
        json.endObject();
      }
      json.endArray();
    }
    var salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    var digest = Sha256.create();
    digest.update(salt);
    json.beginObject("args");
    json.word("salt", HexFormat.of().formatHex(salt));
    json.word("sha256", HexFormat.of().formatHex(digest.digest(action.payload())));
    json.field("bytes", action.payload().length);
    content.write(json, action, grounds.kept());
    json.endObject();
  }

  private static void facts(AsciiJson json, ObjectNode facts) {
    if (facts.isEmpty()) {
      return;
    }
    json.name("facts");
    int begin = json.length();
    json.value(facts);
    int length = json.length() - begin;
    if (length > MAX_FACTS_BYTES) {
      json.cutTo(begin);
      json.value(cut(facts, length));
    }
  }

  /**
   * Facts without those that are long, each of which is replaced by its size. The short ones stay:
   * whoever can make one long must not make the others go away.
   */
  private static ObjectNode cut(ObjectNode facts, int bytes) {
    var kept = JsonNodeFactory.instance.objectNode();
    int left = MAX_FACTS_BYTES;
    for (var fact : facts.properties()) {
      var name = fact.getKey();
      var length = AsciiJson.of(fact.getValue()).length;
      left -= MAX_OMISSION + name.length();
      if (name.length() > MAX_FACT_NAME || left < 0) {
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

  static void text(AsciiJson json, String name, String value) {
    json.field(
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
