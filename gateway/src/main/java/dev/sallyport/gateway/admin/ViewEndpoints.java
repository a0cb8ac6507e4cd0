package dev.sallyport.gateway.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.sandbox.quarantine.Explanation;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.ShownPart;
import java.util.List;
import java.util.Locale;

/** What agents saw of results, and why; not what the servers sent. */
final class ViewEndpoints {
  private final Quarantine quarantine;
  private final ActionPath path;

  ViewEndpoints(Quarantine quarantine, ActionPath path) {
    this.quarantine = quarantine;
    this.path = path;
  }

  List<Route> routes() {
    return List.of(new Route("GET", "/admin/calls/{id}/view", this::view));
  }

  private Answer view(Asked asked) {
    var call = asked.parameter("id");
    var arguments = Json.object();
    var action =
        new Action(
            asked.caller(),
            new Target.Administration("Call", call, "read"),
            arguments,
            Json.bytes(arguments),
            List.of());
    return Answer.ok(
        path.perform(
            action,
            _ ->
                Performed.succeeded(
                    quarantine
                        .explanation(call)
                        .map(ViewEndpoints::rendered)
                        .orElseThrow(() -> new Refusal(RefusalCode.UNKNOWN_RESOURCE)))));
  }

  private static ObjectNode rendered(Explanation explanation) {
    var projection = explanation.projection();
    var body =
        Json.object()
            .put("call", explanation.call())
            .put("turn", explanation.turn())
            .put("source", explanation.source())
            .put("bits", projection.bits())
            .put("references", projection.references());
    if (projection.mostBits() > 0) {
      body.put("mostBits", projection.mostBits());
    }
    var parts = body.putArray("parts");
    projection.parts().forEach(part -> parts.add(rendered(part)));
    body.set("view", projection.view());
    return body;
  }

  private static ObjectNode rendered(ShownPart part) {
    var body =
        Json.object()
            .put("path", part.path())
            .put("form", part.form().name().toLowerCase(Locale.ROOT));
    part.kind().ifPresent(kind -> body.put("kind", kind.shortName()));
    body.put("why", part.why().code())
        .put("reason", part.why().text())
        .put("bits", Math.round(part.bits() * 100) / 100.0);
    return body.set("label", CallEndpoints.withLabel(Json.object(), part.label()));
  }
}
