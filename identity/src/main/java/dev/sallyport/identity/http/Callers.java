package dev.sallyport.identity.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Optional;

/** Tells the handlers of routes behind a {@link CallerFilter} who calls. */
public final class Callers {
  private Callers() {}

  /**
   * The caller of a request.
   *
   * @throws Refusal if no filter identified one: then the route is not protected, and serves no one
   */
  public static Caller of(ServerRequest request, Door door) {
    var identified =
        request
            .context()
            .get(Identified.class)
            .orElseThrow(() -> new Refusal(RefusalCode.UNAUTHENTICATED));
    return new Caller(
        identified.principal(),
        identified.turn(),
        door,
        Optional.of(identified.peer()),
        identified.presence());
  }

  /** Who a caller is, in the words of records of events: what it did is no action of its own. */
  public static ObjectNode facts(Caller caller) {
    var facts = JsonNodeFactory.instance.objectNode();
    facts.put("principal", caller.principal().id().value());
    caller.principal().owner().user().ifPresent(user -> facts.put("on_behalf_of", user.value()));
    facts.put("turn", caller.turn().id().value());
    return facts.put("door", caller.door().label());
  }

  /**
   * The values of {@code WWW-Authenticate} that say how the caller of a request may go on after a
   * refusal; empty where another access token would be no help.
   */
  public static List<String> challenges(ServerRequest request, Refusal refusal) {
    return request
        .context()
        .get(Identified.class)
        .map(one -> one.challenges().toRefused(request, one.principal(), refusal))
        .orElse(List.of());
  }
}
