package dev.sallyport.identity.delegation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.TokenVerifier;
import dev.sallyport.identity.audit.SigningKeys;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.identity.token.Claims;
import dev.sallyport.identity.token.CompactToken;
import dev.sallyport.identity.token.Digest;
import dev.sallyport.identity.token.Recent;
import dev.sallyport.identity.token.TokenFault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The gateway's own access tokens, each for one agent on behalf of one user: it gives them out and
 * takes them, and nobody else does. Thread-safe. Source: RFC 9068; RFC 8693, section 4.1.
 *
 * <p>A token names what vouched for the user and for the agent, as it was then. It holds only while
 * both stand as they did: that is looked at each time, also where the token was verified before.
 */
public final class DelegatedTokens implements TokenVerifier {
  /** The longest time for which a token holds. */
  public static final Duration MAX_LIFETIME = Duration.ofMinutes(10);

  /** The authority of whoever shows such a token. */
  public static final String AUTHORITY = "sallyport";

  /** The most tokens that are remembered. */
  private static final int MAX_REMEMBERED = 50_000;

  private static final String ISSUER = "sallyport:tokens";
  private static final String RESOURCES = "resources";
  private static final String AGENT_VOUCHER = "agent_voucher";
  private static final String USER_VOUCHER = "user_voucher";
  private static final String AGENT_METHOD = "agent_method";
  private static final String AGENT_AUTHORITY = "agent_authority";
  private static final String USER_METHOD = "user_method";
  private static final String USER_AUTHORITY = "user_authority";
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final JsonMapper MAPPER = new JsonMapper();

  private final SigningKeys keys;
  private final Vouchers vouchers;
  private final InstantSource clock;
  private final Recent<Held> recent;

  /** The first part of every token, up to and with the dot. Tokens of others begin otherwise. */
  private final String header;

  /**
   * Tokens signed with a key.
   *
   * @param keys of all gateways on one database, and of no other
   */
  public DelegatedTokens(SigningKeys keys, Vouchers vouchers, InstantSource clock) {
    this.keys = keys;
    this.vouchers = vouchers;
    this.clock = clock;
    this.recent = new Recent<>(clock, MAX_REMEMBERED);
    var fields = JsonNodeFactory.instance.objectNode().put("alg", "EdDSA").put("typ", "at+jwt");
    this.header = encoded(fields.put("kid", Sha256.base64Url(keys.publicKey().getEncoded()))) + ".";
  }

  /**
   * A token that was given out.
   *
   * @param text which only the agent is told
   * @param id names it in evidence
   */
  record Issued(String text, String id, Instant expiresAt) {
    /** Never shows the token. */
    @Override
    public String toString() {
      return "Issued[" + id + "]";
    }
  }

  /**
   * Gives out a token.
   *
   * @param id a new name for it
   * @param agent who acts
   * @param user on whose behalf
   * @param scopes those of the token
   * @param confirmation what the token is bound to
   * @throws TokenFault if there is nobody any more who vouches for one of them, or the token would
   *     be over, or there is no path that both may send theirs to
   */
  Issued issue(
      String id, Principal agent, Principal user, Set<String> scopes, Confirmation confirmation) {
    var now = clock.instant();
    var end =
        earliest(now.plus(MAX_LIFETIME), earliest(agent.expiresAt(), user.expiresAt()))
            .truncatedTo(ChronoUnit.SECONDS);
    if (!now.isBefore(end)) {
      throw new TokenFault("expired");
    }
    var claims = JsonNodeFactory.instance.objectNode();
    claims.put("iss", ISSUER).put("aud", ISSUER).put("jti", id);
    claims.put("iat", now.getEpochSecond()).put("exp", end.getEpochSecond());
    claims.put("client_id", agent.id().value()).put("sub", user.id().value());
    claims.putObject("act").put("sub", agent.id().value());
    claims.put("scope", String.join(" ", new TreeSet<>(scopes)));
    user.signIn().acr().ifPresent(acr -> claims.put("acr", acr));
    user.signIn().at().ifPresent(at -> claims.put("auth_time", at.getEpochSecond()));
    claims.put(AGENT_METHOD, agent.method().name());
    claims.put(AGENT_AUTHORITY, agent.authority()).put(AGENT_VOUCHER, voucher(agent));
    claims.put(USER_METHOD, user.method().name());
    claims.put(USER_AUTHORITY, user.authority()).put(USER_VOUCHER, voucher(user));
    bind(claims, confirmation);
    restrict(claims, agent.resources(), user.resources());
    var signed = header + encoded(claims);
    var signature = keys.sign(signed.getBytes(StandardCharsets.US_ASCII));
    return new Issued(signed + "." + BASE64.encodeToString(signature), id, end);
  }

  private static Instant earliest(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private String voucher(Principal principal) {
    return vouchers.of(principal).orElseThrow(() -> new TokenFault("no_voucher"));
  }

  @Override
  public Optional<Authentication> verify(String token) {
    if (!token.startsWith(header)) {
      return Optional.empty();
    }
    try {
      var found = read(CompactToken.parse(token));
      if (!found.stands(vouchers)) {
        throw new TokenFault("voucher_changed");
      }
      recent.put(Digest.of(token), found, found.principal().expiresAt());
      return Optional.of(new Authenticated(found.principal()));
    } catch (TokenFault fault) {
      return Optional.of(new Rejected(fault.reason()));
    }
  }

  @Override
  public Optional<Principal> recall(String token) {
    if (!token.startsWith(header) || token.length() > CompactToken.MAX_LENGTH) {
      return Optional.empty();
    }
    return recent
        .find(Digest.of(token))
        .filter(found -> found.stands(vouchers))
        .map(Held::principal);
  }

  private Held read(CompactToken token) {
    if (!token.isSignedBy(keys.publicKey())) {
      throw new TokenFault("bad_signature");
    }
    var claims = token.claims();
    var end = claims.checkTimes(clock.instant(), MAX_LIFETIME);
    if (!clock.instant().isBefore(end)) {
      throw new TokenFault("expired"); // by our own clock: there is nobody else's to forgive
    }
    if (!text(claims, "iss").equals(ISSUER) || !claims.audiences().equals(List.of(ISSUER))) {
      throw new TokenFault("wrong_audience");
    }
    var agent = voucher(claims, "client_id", AGENT_METHOD, AGENT_AUTHORITY, AGENT_VOUCHER, end);
    var user = voucher(claims, "sub", USER_METHOD, USER_AUTHORITY, USER_VOUCHER, end);
    var principal =
        new Principal(
            agent.of().id(),
            AuthenticationMethod.ACCESS_TOKEN,
            AUTHORITY,
            end,
            claims.confirmation(),
            scopes(claims),
            resources(claims),
            Optional.of(new Delegation(user.of().id(), user.of().authority(), List.of())),
            claims.signIn());
    return new Held(principal, agent, user);
  }

  private static Voucher voucher(
      Claims claims, String id, String method, String authority, String voucher, Instant end) {
    try {
      var principal =
          new Principal(
              new PrincipalId(text(claims, id)),
              AuthenticationMethod.valueOf(text(claims, method)),
              text(claims, authority),
              end);
      return new Voucher(principal, text(claims, voucher));
    } catch (IllegalArgumentException _) {
      throw new TokenFault("malformed");
    }
  }

  private static String text(Claims claims, String name) {
    return claims.text(name).orElseThrow(() -> new TokenFault("malformed"));
  }

  private static Set<String> scopes(Claims claims) {
    var scopes = new TreeSet<>(List.of(text(claims, "scope").split(" ", -1)));
    scopes.remove("");
    return scopes;
  }

  /** Has a token be sent to no path that either may not send its own to; those are all if empty. */
  private static void restrict(ObjectNode claims, Set<String> agent, Set<String> user) {
    if (agent.isEmpty() && user.isEmpty()) {
      return;
    }
    var both = new TreeSet<>(agent.isEmpty() ? user : agent);
    if (!user.isEmpty()) {
      both.retainAll(user);
    }
    if (both.isEmpty()) {
      throw new TokenFault("wrong_resource");
    }
    both.forEach(claims.putArray(RESOURCES)::add);
  }

  private static Set<String> resources(Claims claims) {
    if (!claims.has(RESOURCES)) {
      return Set.of();
    }
    return Set.copyOf(
        claims
            .texts(RESOURCES)
            .filter(paths -> !paths.isEmpty())
            .orElseThrow(() -> new TokenFault("malformed")));
  }

  /** Source: RFC 7800, section 3. */
  private static void bind(ObjectNode claims, Confirmation confirmation) {
    switch (confirmation) {
      case Confirmation.None _ -> {}
      case Confirmation.Certificate(String thumbprint) ->
          claims.putObject("cnf").put("x5t#S256", thumbprint);
      case Confirmation.Key(String thumbprint) -> claims.putObject("cnf").put("jkt", thumbprint);
    }
  }

  private static String encoded(ObjectNode part) {
    try {
      return BASE64.encodeToString(MAPPER.writeValueAsBytes(part));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of ours is always writable", e);
    }
  }

  /** What vouched for a principal when a token was given out. */
  private record Voucher(Principal of, String text) {
    private boolean stands(Vouchers vouchers) {
      return vouchers.of(of).filter(text::equals).isPresent();
    }
  }

  /** What a token says that held. */
  private record Held(Principal principal, Voucher agent, Voucher user) {
    private boolean stands(Vouchers vouchers) {
      return agent.stands(vouchers) && user.stands(vouchers);
    }
  }
}
