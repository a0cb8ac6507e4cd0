package dev.sallyport.gateway.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.mcp.approval.HeldCall;
import dev.sallyport.mcp.approval.HeldCalls;
import dev.sallyport.mcp.approval.HeldStatus;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.label.Provenance;
import dev.sallyport.sandbox.quarantine.HumanText;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import dev.sallyport.sandbox.quarantine.UnknownReferenceException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The calls that policies hold: what they send, and what persons decide of them. */
final class CallEndpoints {
  private static final String TURN = "turn";

  private final HeldCalls calls;
  private final ActionPath path;
  private final Quarantine quarantine;

  CallEndpoints(HeldCalls calls, ActionPath path, Quarantine quarantine) {
    this.calls = calls;
    this.path = path;
    this.quarantine = quarantine;
  }

  List<Route> routes() {
    return Stream.of(
            new Route("GET", "/admin/calls", this::list).taking("status"),
            new Route("GET", "/admin/calls/{id}", this::get),
            new Route("POST", "/admin/calls/{id}/approve", this::approve),
            new Route("POST", "/admin/calls/{id}/reject", this::reject))
        .map(Route::alsoForApprovers)
        .toList();
  }

  private Answer list(Asked asked) {
    var label = asked.queried("status");
    var status = label.flatMap(HeldStatus::find);
    if (label.isPresent() && status.isEmpty()) {
      throw new Refusal(
          RefusalCode.MALFORMED_REQUEST,
          "status is pending, approved, used, rejected, withdrawn or expired.");
    }
    var body = Json.object();
    body.putArray("items")
        .addAll(calls.list(status).stream().map(CallEndpoints::rendered).toList());
    return Answer.ok(body);
  }

  /** What a caller sends is read on record only. */
  private Answer get(Asked asked) {
    var id = asked.parameter("id");
    return Answer.ok(
        onRecord(
            asked,
            "read",
            () -> {
              var call = calls.get(id);
              var content = calls.content(id);
              var body = rendered(call);
              body.set("arguments", content.path("arguments"));
              if (call.kind().equals(TURN) && call.name().equals(QuarantineTools.RELEASE)) {
                var purpose = content.at("/arguments/purpose").asText();
                body.put("purpose", HumanText.sanitise(purpose));
              }
              if (content.has("besides")) {
                body.set("besides", content.path("besides"));
              }
              addReferences(body, call.turn(), content.path("arguments"));
              addProvenance(body, call.turn(), content.path("arguments"));
              return body;
            }));
  }

  /** What the references in the arguments stand for, while their turn is held. */
  private void addReferences(ObjectNode body, String turn, JsonNode arguments) {
    try {
      var used = quarantine.resolve(turn, arguments).used();
      if (!used.isEmpty()) {
        var references = body.putObject("references");
        used.forEach(token -> references.put(token, quarantine.renderForHuman(turn, token)));
      }
    } catch (UnknownReferenceException _) {
      body.put("unknownReferences", true);
    }
  }

  /** Where the arguments come from, as far as anybody but the turn's person had a say in them. */
  private void addProvenance(ObjectNode body, String turn, JsonNode arguments) {
    try {
      var leaves =
          quarantine.provenance(turn, arguments).leaves().stream()
              .filter(leaf -> !leaf.label().equals(Label.CLEAN))
              .map(CallEndpoints::rendered)
              .toList();
      if (!leaves.isEmpty()) {
        body.putArray("provenance").addAll(leaves);
      }
    } catch (UnknownReferenceException _) {
      return; // it is said that there are unknown references
    }
  }

  private static ObjectNode rendered(Provenance.Leaf leaf) {
    var rendered =
        Json.object()
            .put("argument", leaf.pointer())
            .put("origin", leaf.origin().name().toLowerCase(Locale.ROOT));
    return withLabel(rendered, leaf.label());
  }

  /** The same with what a label says; readers only if not everyone is one. */
  static ObjectNode withLabel(ObjectNode rendered, Label label) {
    rendered.put("authority", label.authority().name());
    var writers = rendered.putArray("writers");
    label.writers().stream().sorted().forEach(writers::add);
    if (!label.readers().isEveryone()) {
      var readers = rendered.putArray("readers");
      label.readers().names().stream().sorted().forEach(readers::add);
    }
    return rendered;
  }

  private Answer approve(Asked asked) {
    return decide(asked, "approve", calls::approve);
  }

  private Answer reject(Asked asked) {
    return decide(asked, "reject", calls::reject);
  }

  private Answer decide(
      Asked asked, String verb, BiFunction<String, PrincipalId, HeldCall> deciding) {
    var id = asked.parameter("id");
    var who = asked.caller().principal().id();
    return Answer.ok(onRecord(asked, verb, () -> rendered(deciding.apply(id, who))));
  }

  private ObjectNode onRecord(Asked asked, String verb, Supplier<ObjectNode> work) {
    var arguments = Json.object();
    var action =
        new Action(
            asked.caller(),
            new Target.Administration("HeldCall", asked.parameter("id"), verb),
            arguments,
            Json.bytes(arguments),
            List.of());
    return path.perform(action, _ -> Performed.succeeded(work.get()));
  }

  private static ObjectNode rendered(HeldCall call) {
    var body =
        Json.object()
            .put("id", call.id())
            .put("status", call.status().label())
            .put("principal", call.principal());
    if (!call.turnOwner().equals(call.principal())) {
      body.put("turnOwner", call.turnOwner());
    }
    call.user().ifPresent(user -> body.put("onBehalfOf", user));
    body.put("turn", call.turn())
        .put("server", call.server())
        .put("kind", call.kind())
        .put("name", call.name())
        .put("resource", call.resource())
        .put("action", call.action())
        .put("policy", call.rule().policy())
        .put("policyVersion", call.rule().version())
        .put("rule", call.rule().rule());
    Optional.of(call.pin()).filter(pin -> !pin.isEmpty()).ifPresent(pin -> body.put("pin", pin));
    body.put("createdAt", call.createdAt().toString());
    body.put("expiresAt", call.expiresAt().toString());
    call.decidedAt().ifPresent(at -> body.put("decidedAt", at.toString()));
    call.decidedBy().ifPresent(by -> body.put("decidedBy", by));
    call.usedBy().ifPresent(by -> body.put("usedBy", by));
    return body;
  }
}
