package dev.sallyport.identity.dpop;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.Authentication.WantsNonce;
import dev.sallyport.identity.KeyProofs;
import dev.sallyport.identity.Presented;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.identity.token.CompactToken;
import dev.sallyport.identity.token.SignatureAlgorithm;
import dev.sallyport.identity.token.TokenFault;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * Checks the proof in the {@code DPoP} header of a request: it is for this request, for this token,
 * by the key that the token is bound to, fresh, and was not shown before. Thread-safe. Source: RFC
 * 9449, section 4.3. What is shown twice is known by {@link UsedProofs}.
 */
public final class DpopProofs implements KeyProofs {
  /** How old a proof may be. */
  static final Duration MAX_AGE = Duration.ofSeconds(60);

  /** How far ahead the clock of its maker may be. */
  static final Duration AHEAD = Duration.ofSeconds(30);

  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final Set<String> HEADERS = Set.of("typ", "alg", "jwk", "kid");
  private static final int MAX_ID_LENGTH = 256;

  private final UsedProofs used;
  private final ProofNonces nonces;
  private final InstantSource clock;

  /**
   * Checks.
   *
   * @param nonces those that proofs must hold, where they must
   */
  public DpopProofs(UsedProofs used, ProofNonces nonces, InstantSource clock) {
    this.used = used;
    this.nonces = nonces;
    this.clock = clock;
  }

  @Override
  public Optional<Authentication> fault(Presented presented, String token, String thumbprint) {
    try {
      var proof = only(presented);
      var issuedAt = checkClaims(proof, presented, token);
      checkKey(proof, thumbprint);
      var unfit = nonceFault(proof);
      if (unfit.isPresent()) {
        return unfit;
      }
      var id = digest(thumbprint + ' ' + proof.claims().text("jti").orElse(""));
      return used.use(id, issuedAt.plus(MAX_AGE))
          ? Optional.empty()
          : Optional.of(new Rejected("proof_replayed"));
    } catch (TokenFault fault) {
      return Optional.of(new Rejected("proof_" + fault.reason()));
    } catch (UsedProofs.UnknownException _) {
      return Optional.of(new Unavailable(RETRY));
    }
  }

  /** A proof without the right nonce is as good as none, and its id is not used up. */
  private Optional<Authentication> nonceFault(CompactToken proof) {
    if (!nonces.areWanted()) {
      return Optional.empty();
    }
    var nonce = proof.claims().text("nonce");
    if (nonce.isEmpty()) {
      return Optional.of(new WantsNonce("proof_without_nonce"));
    }
    return nonces.takes(nonce.get())
        ? Optional.empty()
        : Optional.of(new WantsNonce("proof_wrong_nonce"));
  }

  private static CompactToken only(Presented presented) {
    if (presented.proofs().size() != 1) {
      throw new TokenFault(presented.proofs().isEmpty() ? "missing" : "repeated");
    }
    return CompactToken.parse(presented.proofs().getFirst());
  }

  private Instant checkClaims(CompactToken proof, Presented presented, String token) {
    var claims = proof.claims();
    var id = claims.text("jti").orElse("");
    if (id.isBlank() || id.length() > MAX_ID_LENGTH) {
      throw new TokenFault("without_id");
    }
    if (!claims.text("htm").map(presented.method()::equals).orElse(false)) {
      throw new TokenFault("wrong_method");
    }
    var target = claims.text("htu").flatMap(TargetUri::normal);
    if (target.isEmpty() || !target.equals(TargetUri.normal(presented.uri()))) {
      throw new TokenFault("wrong_uri");
    }
    if (!claims.text("ath").map(digest(token)::equals).orElse(false)) {
      throw new TokenFault("wrong_token");
    }
    var now = clock.instant();
    var issuedAt = claims.time("iat").orElseThrow(() -> new TokenFault("without_time"));
    if (issuedAt.isBefore(now.minus(MAX_AGE)) || issuedAt.isAfter(now.plus(AHEAD))) {
      throw new TokenFault("not_fresh");
    }
    return issuedAt;
  }

  private static void checkKey(CompactToken proof, String thumbprint) {
    proof
        .header()
        .fieldNames()
        .forEachRemaining(name -> {
          if (!HEADERS.contains(name)) {
            throw new TokenFault("header_not_allowed");
          }
        });
    if (!proof.header("typ").map("dpop+jwt"::equals).orElse(false)) {
      throw new TokenFault("wrong_type");
    }
    var algorithm =
        proof
            .header("alg")
            .flatMap(SignatureAlgorithm::named)
            .orElseThrow(() -> new TokenFault("algorithm_not_allowed"));
    algorithm.check(proof, key(proof, thumbprint));
  }

  private static PublicKey key(CompactToken proof, String thumbprint) {
    try {
      var shown = JWK.parse(proof.header().path("jwk").toString());
      if (shown.isPrivate()) {
        throw new TokenFault("private_key");
      }
      if (!(shown instanceof AsymmetricJWK pair)) {
        throw new TokenFault("wrong_key_type");
      }
      if (!shown.computeThumbprint().toString().equals(thumbprint)) {
        throw new TokenFault("wrong_key");
      }
      return pair.toPublicKey();
    } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException _) {
      throw new TokenFault("wrong_key");
    }
  }

  private static String digest(String text) {
    return Sha256.base64Url(text.getBytes(StandardCharsets.UTF_8));
  }
}
