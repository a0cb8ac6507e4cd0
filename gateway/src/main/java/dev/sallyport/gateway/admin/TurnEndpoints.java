package dev.sallyport.gateway.admin;

import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.turn.TurnId;
import dev.sallyport.sandbox.quarantine.Quarantine;
import java.util.List;

/** What agents asked to show to their people: who reads it stands in evidence. */
final class TurnEndpoints {
  private final Quarantine quarantine;
  private final ActionPath path;

  TurnEndpoints(Quarantine quarantine, ActionPath path) {
    this.quarantine = quarantine;
    this.path = path;
  }

  List<Route> routes() {
    return List.of(new Route("GET", "/admin/turns/{turn}/shown", this::shown));
  }

  private Answer shown(Asked asked) {
    var turn = asked.parameter("turn");
    if (!TurnId.isValid(turn)) {
      throw new Refusal(RefusalCode.UNKNOWN_TURN);
    }
    var arguments = Json.object();
    var action =
        new Action(
            asked.caller(),
            new Target.Administration("Turn", turn, "read"),
            arguments,
            Json.bytes(arguments),
            List.of());
    var items =
        path.perform(
            action,
            permit -> {
              var shown = ShownTexts.of(quarantine, turn);
              permit.facts().put("shown", shown.size());
              return Performed.succeeded(shown);
            });
    var body = Json.object();
    body.putArray("items").addAll(items);
    return Answer.ok(body);
  }
}
