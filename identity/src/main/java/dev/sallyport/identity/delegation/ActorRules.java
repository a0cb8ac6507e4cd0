package dev.sallyport.identity.delegation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.key.KeyHolder;
import dev.sallyport.identity.token.Claims;
import dev.sallyport.identity.token.TokenFault;
import io.spiffe.exception.InvalidSpiffeIdException;
import io.spiffe.spiffeid.SpiffeId;
import io.spiffe.spiffeid.TrustDomain;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whom an issuer may name as acting on behalf of its subjects. Source: RFC 8693, sections 4.1 and
 * 4.4.
 *
 * @param own whether its own subjects may act for each other
 * @param trustDomains those whose workloads may
 */
public record ActorRules(boolean own, Set<String> trustDomains) {
  /** An issuer that names nobody: a token of it that does is refused. */
  public static final ActorRules NONE = new ActorRules(false, Set.of());

  /** The most parties that one token names, one after the other. */
  public static final int MAX_DEPTH = 4;

  private static final String SELF = "self";
  private static final String SPIFFE = "spiffe://";
  private static final String ACT = "act";
  private static final int MAX_SUBJECT_LENGTH = 255;

  public ActorRules {
    trustDomains = Set.copyOf(trustDomains);
  }

  /**
   * Reads rules as they are written.
   *
   * @param written each {@code self}, or {@code spiffe://DOMAIN}, which is not the gateway's own
   * @throws IllegalArgumentException if they are none
   */
  public static ActorRules parse(List<String> written) {
    var domains = new HashSet<String>();
    boolean own = false;
    for (var each : written) {
      if (each.equals(SELF)) {
        own = true;
      } else if (each.startsWith(SPIFFE) && isBareName(each.substring(SPIFFE.length()))) {
        domains.add(each.substring(SPIFFE.length()));
      } else {
        throw new IllegalArgumentException("actors may hold self and spiffe://DOMAIN, not " + each);
      }
    }
    return new ActorRules(own, domains);
  }

  private static boolean isBareName(String name) {
    try {
      return TrustDomain.parse(name).getName().equals(name) && !KeyHolder.isOwn(name);
    } catch (InvalidSpiffeIdException | IllegalArgumentException _) {
      return false;
    }
  }

  /**
   * Who acts by a token on behalf of its subject, the latest first; empty if it names nobody.
   *
   * @param resource the name of the resource of the token's issuer
   * @throws TokenFault if the claim is malformed or too deep, or names one whom the issuer may not
   *     name
   */
  public List<PrincipalId> of(Claims claims, String resource) {
    if (!claims.has(ACT)) {
      return List.of();
    }
    if (!own && trustDomains.isEmpty()) {
      throw new TokenFault("delegation_not_allowed");
    }
    var actors = new ArrayList<PrincipalId>();
    var act = claims.object(ACT).orElseThrow(() -> new TokenFault("bad_actor"));
    while (true) {
      if (actors.size() == MAX_DEPTH) {
        throw new TokenFault("chain_too_long");
      }
      actors.add(allowed(act, claims.text("iss").orElse(""), resource));
      var before = act.get(ACT);
      if (before == null) {
        return List.copyOf(actors);
      }
      if (!(before instanceof ObjectNode earlier)) {
        throw new TokenFault("bad_actor");
      }
      act = earlier;
    }
  }

  /** Whether a token that says who may act on behalf of its subject lets this one. */
  static boolean mayAct(Claims claims, String resource, PrincipalId agent) {
    return !claims.has("may_act")
        || claims
            .object("may_act")
            .map(party -> name(party, claims.text("iss").orElse(""), resource).equals(agent))
            .orElse(false);
  }

  private PrincipalId allowed(ObjectNode party, String issuer, String resource) {
    var id = name(party, issuer, resource);
    boolean allowed =
        id.value().startsWith(SPIFFE)
            ? trustDomains.contains(SpiffeId.parse(id.value()).getTrustDomain().getName())
            : own;
    if (!allowed) {
      throw new TokenFault("actor_not_allowed");
    }
    return id;
  }

  /** The party that a claim names: a workload, or a subject of the issuer itself. */
  private static PrincipalId name(ObjectNode party, String issuer, String resource) {
    var subject = party.path("sub").asText("");
    var from = party.path("iss").asText(issuer);
    if (!party.path("sub").isTextual() || subject.isBlank() || !from.equals(issuer)) {
      throw new TokenFault("bad_actor");
    }
    if (subject.startsWith(SPIFFE)) {
      return workload(subject);
    }
    if (subject.length() > MAX_SUBJECT_LENGTH) {
      throw new TokenFault("bad_actor");
    }
    try {
      return PrincipalId.ofSubject(resource, subject);
    } catch (IllegalArgumentException _) {
      throw new TokenFault("bad_actor");
    }
  }

  private static PrincipalId workload(String subject) {
    try {
      var id = SpiffeId.parse(subject);
      if (id.getPath().isEmpty()) {
        throw new TokenFault("bad_actor");
      }
      return new PrincipalId(id.toString());
    } catch (InvalidSpiffeIdException | IllegalArgumentException _) {
      throw new TokenFault("bad_actor");
    }
  }
}
