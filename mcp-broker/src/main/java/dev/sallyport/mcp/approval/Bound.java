package dev.sallyport.mcp.approval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Decision.Held;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * All that an approval is for.
 *
 * @param what is called
 * @param contentDigest digest of the arguments and of all that is sent
 * @param content what a person reads of these, in JSON
 */
@SuppressWarnings("ArrayRecordComponent") // written once to the store, compared by no one
record Bound(Action action, Held held, What what, String contentDigest, byte[] content) {
  private static final String ARGUMENTS = "arguments";
  private static final String META = "_meta";
  private static final String TRACE_PARENT = "traceparent";

  /** Source: W3C Trace Context, 3.2. */
  private static final Pattern TRACE_PARENT_FORM =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

  /** The target in the words of the store. */
  record What(String kind, String server, String name) {
    private static What of(Target target) {
      return switch (target) {
        case Target.Tool(var server, var tool) -> new What("tool", server, tool);
        case Target.Prompt(var server, var prompt) -> new What("prompt", server, prompt);
        case Target.Resource(var server, var uri) -> new What("resource", server, uri);
        case Target.Template(var server, var template) -> new What("template", server, template);
        case Target.Model(var alias) -> new What("model", "", alias);
        case Target.TurnOperation(var name) -> new What("turn", "", name);
        case Target.ServerInspection(var server) -> new What("server", server, "");
        case Target.Administration(var kind, var name, var verb) ->
            new What("administration", "", kind + "/" + name + "/" + verb);
      };
    }
  }

  static Bound of(Action action, Held held) {
    var arguments = Json.canonical(action.arguments());
    var sent = parsed(action.payload());
    var digest = Sha256.create();
    digest.update(Sha256.of(arguments));
    digest.update(
        Sha256.of(
            sent.map(Bound::withoutTraceParent).map(Json::canonical).orElse(action.payload())));
    return new Bound(
        action,
        held,
        What.of(action.target()),
        HexFormat.of().formatHex(digest.digest()),
        content(action, arguments, sent));
  }

  String pin() {
    return action.pin().orElse("");
  }

  String principal() {
    return action.caller().principal().id().value();
  }

  Owner turnOwner() {
    return action.caller().turn().owner();
  }

  /** One name for all of it: the same for two calls only if an approval of one is of the other. */
  String digest() {
    var all = Json.array();
    all.add("v1").add(principal()).add(turnOwner().text());
    all.add(what.kind()).add(what.server()).add(what.name()).add(pin()).add(contentDigest);
    all.add(held.by().policy()).add(held.by().version()).add(held.by().rule());
    all.add(held.resource()).add(held.action());
    return Sha256.hex(Json.bytes(all));
  }

  /** The arguments by themselves, so that nothing beside them can look like them; and the rest. */
  private static byte[] content(Action action, byte[] arguments, Optional<JsonNode> sent) {
    var content = Json.object();
    content.set(ARGUMENTS, action.arguments());
    if (sent.isPresent()
        && sent.get() instanceof ObjectNode whole
        && !Arrays.equals(Json.canonical(whole), arguments)) {
      content.set("besides", whole.deepCopy().without(ARGUMENTS));
    }
    return Json.bytes(content);
  }

  /** The one thing that differs in every attempt. What the arguments hold is bound by itself. */
  private static JsonNode withoutTraceParent(JsonNode sent) {
    var parent = sent.path(META).path(TRACE_PARENT).asText();
    if (!TRACE_PARENT_FORM.matcher(parent).matches()) {
      return sent;
    }
    var copy = sent.deepCopy();
    ((ObjectNode) copy.path(META)).remove(TRACE_PARENT);
    if (copy.path(META).isEmpty()) {
      ((ObjectNode) copy).remove(META);
    }
    return copy;
  }

  private static Optional<JsonNode> parsed(byte[] payload) {
    try {
      return Optional.of(Json.parseResult(payload));
    } catch (MalformedJsonException _) {
      return Optional.empty();
    }
  }
}
