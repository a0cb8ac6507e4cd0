package dev.sallyport.identity.delegation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Authentication.Anonymous;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.LacksScope;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authentication.Revoked;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.Authentication.WantsNonce;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Authenticator;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Presented;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Evidence;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.delegation.ExchangeFault.ErrorCode;
import dev.sallyport.identity.token.CompactToken;
import dev.sallyport.identity.token.TokenFault;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Gives an agent that shows a user's access token one by which it acts on the user's behalf. The
 * agent proves itself as for any other request; the user's token is checked as if it were the
 * user's own request. Each exchange and each refusal stands in evidence before it is answered.
 * Thread-safe. Source: RFC 8693.
 */
public final class TokenExchange {
  /** The types of the records. */
  public static final String EXCHANGED = "token.exchanged";

  public static final String REFUSED = "token.refused";

  private final Authenticator authenticator;
  private final Predicate<Principal> agents;
  private final DelegatedTokens tokens;
  private final ExchangeRate rate;
  private final Evidence evidence;
  private final InstantSource clock;

  /**
   * An exchange.
   *
   * @param authenticator checks the tokens that a request holds
   * @param agents who may act on behalf of users, of those whom an issuer's token proves
   */
  public TokenExchange(
      Authenticator authenticator,
      Predicate<Principal> agents,
      DelegatedTokens tokens,
      Evidence evidence,
      InstantSource clock) {
    this.authenticator = authenticator;
    this.agents = agents;
    this.tokens = tokens;
    this.rate = new ExchangeRate(clock);
    this.evidence = evidence;
    this.clock = clock;
  }

  /**
   * Whoever asks for a token.
   *
   * @param principal the one that the request proves
   * @param confirmation what the token is to be bound to
   * @param peer the address that the request came from
   */
  public record Asker(Principal principal, Confirmation confirmation, String peer) {}

  /**
   * A token for whoever asked.
   *
   * @param withProof whether it is shown with a proof of a key each time
   * @param scopes those of the token, in one text
   */
  public record Exchanged(String token, boolean withProof, Duration lifetime, String scopes) {
    @Override
    public String toString() {
      return "Exchanged[" + lifetime + ", " + scopes + "]";
    }
  }

  /**
   * Exchanges a token.
   *
   * @param parameters of the request, each with all its values
   * @param isHere whether a target is this gateway
   * @throws ExchangeFault if it is not
   * @throws Refusal if it cannot be done now
   */
  public Exchanged exchange(
      Asker asker, Map<String, List<String>> parameters, Predicate<String> isHere) {
    try {
      rate.admit(asker.principal().id());
      var request = ExchangeRequest.read(parameters);
      if (!request.targets().stream().allMatch(isHere)) {
        throw new ExchangeFault(ErrorCode.INVALID_TARGET, "wrong_target");
      }
      checkAgent(asker.principal());
      request.actorToken().ifPresent(token -> checkActor(token, asker.principal()));
      var user = user(request.subjectToken(), asker.principal());
      return exchanged(asker, user, scopes(request, user, asker.principal()));
    } catch (ExchangeFault fault) {
      throw refused(asker, fault);
    } catch (TokenFault fault) {
      throw refused(asker, invalid("subject_" + fault.reason()));
    }
  }

  /** An agent is what a workload is; of an issuer's subjects, who is said to be one. */
  private void checkAgent(Principal caller) {
    if (caller.delegation().isPresent()) {
      throw new ExchangeFault(ErrorCode.UNAUTHORIZED_CLIENT, "actor_is_delegated");
    }
    boolean isAgent =
        switch (caller.method()) {
          case JWT_SVID, X509_SVID, SERVICE_ACCOUNT, VIRTUAL_KEY -> true;
          case ACCESS_TOKEN -> agents.test(caller);
          case INTERNAL -> false;
        };
    if (!isAgent) {
      throw new ExchangeFault(ErrorCode.UNAUTHORIZED_CLIENT, "actor_is_no_agent");
    }
  }

  private void checkActor(String token, Principal caller) {
    var actor = principal(token, "actor_");
    if (!actor.id().equals(caller.id()) || actor.delegation().isPresent()) {
      throw invalid("actor_mismatch");
    }
  }

  private Principal user(String token, Principal caller) {
    var user = principal(token, "subject_");
    if (user.delegation().isPresent()) {
      throw invalid("subject_is_delegated");
    }
    if (user.method() != AuthenticationMethod.ACCESS_TOKEN) {
      throw invalid("subject_is_no_user");
    }
    if (user.id().equals(caller.id())) {
      throw invalid("subject_is_actor");
    }
    if (!ActorRules.mayAct(CompactToken.parse(token).claims(), user.authority(), caller.id())) {
      throw invalid("may_not_act");
    }
    return user;
  }

  private Principal principal(String token, String of) {
    return switch (authenticator.authenticate(Presented.bearer(List.of("Bearer " + token)))) {
      case Authenticated(Principal principal) -> principal;
      case Rejected(String reason) -> throw invalid(of + reason);
      case WantsNonce(String reason) -> throw invalid(of + reason);
      case Revoked _ -> throw invalid(of + "revoked");
      case LacksScope _ -> throw invalid(of + "insufficient_scope");
      case Anonymous _ -> throw invalid(of + "missing");
      case Unavailable unavailable ->
          throw new Refusal(RefusalCode.UNAVAILABLE).retryAfter(unavailable.retryAfter());
    };
  }

  /** Those of the user's token that are wanted, and that an agent's access token has too. */
  private static Set<String> scopes(ExchangeRequest request, Principal user, Principal agent) {
    var most = new HashSet<>(user.scopes());
    if (agent.method() == AuthenticationMethod.ACCESS_TOKEN) {
      most.retainAll(agent.scopes());
    }
    var wanted = request.scopes().orElse(most);
    if (!most.containsAll(wanted)) {
      throw new ExchangeFault(ErrorCode.INVALID_SCOPE, "wider_scope");
    }
    return wanted;
  }

  private Exchanged exchanged(Asker asker, Principal user, Set<String> scopes) {
    var id = UUID.randomUUID().toString();
    var issued = tokens.issue(id, asker.principal(), user, scopes, asker.confirmation());
    var facts = facts(asker).put("on_behalf_of", user.id().value());
    facts.put("user_authority", user.authority()).put("token", issued.id());
    evidence.event(EXCHANGED, facts.put("expires_at", issued.expiresAt().toString()));
    return new Exchanged(
        issued.text(),
        asker.confirmation() instanceof Confirmation.Key,
        Duration.between(clock.instant(), issued.expiresAt()),
        String.join(" ", scopes.stream().sorted().toList()));
  }

  private ExchangeFault refused(Asker asker, ExchangeFault fault) {
    evidence.event(REFUSED, facts(asker).put("reason", fault.reason()));
    return fault;
  }

  private static ObjectNode facts(Asker asker) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("principal", asker.principal().id().value())
        .put("method", asker.principal().method().label())
        .put("peer", asker.peer());
  }

  private static ExchangeFault invalid(String reason) {
    return new ExchangeFault(ErrorCode.INVALID_REQUEST, reason);
  }
}
