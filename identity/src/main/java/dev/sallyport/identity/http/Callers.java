package dev.sallyport.identity.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.turn.Turn;
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

  /**
   * Who sent a request, whatever it asks for; empty if no filter identified anyone. The door is
   * that of its path, if it leads to one.
   */
  public static Optional<Sender> sender(ServerRequest request) {
    return request
        .context()
        .get(Identified.class)
        .map(one -> sender(one.principal(), one.turn(), door(request.path().path())));
  }

  /** Who a caller is that came by a door. */
  public static Sender sender(Caller caller) {
    return sender(caller.principal(), caller.turn(), Optional.of(caller.door()));
  }

  private static Sender sender(Principal principal, Turn turn, Optional<Door> door) {
    var facts = JsonNodeFactory.instance.objectNode();
    facts.put("principal", principal.id().value());
    principal.owner().user().ifPresent(user -> facts.put("on_behalf_of", user.value()));
    facts.put("turn", turn.id().value());
    door.ifPresent(one -> facts.put("door", one.label()));
    return new Sender(principal.id(), facts);
  }

  private static Optional<Door> door(String path) {
    return switch (ResourceMetadata.door(path)) {
      case "mcp" -> Optional.of(Door.MCP);
      case "v1", "api" -> Optional.of(Door.MODEL_API);
      default -> Optional.empty();
    };
  }

  /**
   * Who sent what is no action of its own.
   *
   * @param facts the same in the words of records of events, for one record
   */
  public record Sender(PrincipalId principal, ObjectNode facts) {}

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
