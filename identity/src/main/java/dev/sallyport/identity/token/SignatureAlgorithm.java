package dev.sallyport.identity.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.Base64URL;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;

/** The algorithms by which a token may be signed. All are asymmetric. Source: RFC 7518. */
public enum SignatureAlgorithm {
  ES256,
  ES384,
  ES512,
  RS256,
  RS384,
  RS512,
  PS256,
  PS384,
  PS512;

  /** The fewest bits that an RSA key may have. */
  public static final int MIN_RSA_BITS = 2_048;

  /** The most bits that an RSA key may have: whoever has bound a token to its own chose it. */
  private static final int MAX_RSA_BITS = 8_192;

  /** The most bits of an RSA key's exponent: each is as costly as a whole check by 2. */
  private static final int MAX_EXPONENT_BITS = 32;

  /** The algorithm of exactly this name. */
  public static Optional<SignatureAlgorithm> named(String name) {
    for (var each : values()) {
      if (each.name().equals(name)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /**
   * Checks a token's signature by this algorithm.
   *
   * @throws TokenFault if the key is not one for this algorithm, is too weak or too costly, or did
   *     not sign
   */
  public void check(CompactToken token, PublicKey key) {
    try {
      var holds =
          verifier(key)
              .verify(
                  new JWSHeader(JWSAlgorithm.parse(name())),
                  token.signingInput(),
                  Base64URL.encode(token.signature()));
      if (!holds) {
        throw new TokenFault("bad_signature");
      }
    } catch (JOSEException _) {
      throw new TokenFault("bad_signature");
    }
  }

  private JWSVerifier verifier(PublicKey key) throws JOSEException {
    var isEc = name().startsWith("ES");
    return switch (key) {
      case ECPublicKey ec when isEc -> new ECDSAVerifier(ec);
      case RSAPublicKey rsa when !isEc -> {
        if (rsa.getModulus().bitLength() < MIN_RSA_BITS) {
          throw new TokenFault("weak_key");
        }
        if (rsa.getModulus().bitLength() > MAX_RSA_BITS
            || rsa.getPublicExponent().bitLength() > MAX_EXPONENT_BITS) {
          throw new TokenFault("costly_key");
        }
        yield new RSASSAVerifier(rsa);
      }
      default -> throw new TokenFault("wrong_key_type");
    };
  }
}
