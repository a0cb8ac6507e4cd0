package dev.sallyport.identity.http;

import dev.sallyport.identity.testing.SigningKey;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A key of a kind that signs no tokens here, which its owner publishes and signs with all the same.
 *
 * @param publicJson the public part, as a JSON object
 */
record OtherKey(String kid, Map<String, Object> publicJson, Signer signer) {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** Makes the signature of a text, in the form of tokens. */
  @FunctionalInterface
  interface Signer {
    byte[] sign(byte[] text) throws GeneralSecurityException;
  }

  static OtherKey ed25519(String kid) throws GeneralSecurityException {
    var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    var encoded = pair.getPublic().getEncoded();
    var point = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    return new OtherKey(
        kid,
        Map.of("kty", "OKP", "crv", "Ed25519", "kid", kid, "x", BASE64.encodeToString(point)),
        text -> {
          var signature = Signature.getInstance("Ed25519");
          signature.initSign(pair.getPrivate());
          signature.update(text);
          return signature.sign();
        });
  }

  /**
   * A key on P-192, which Java has no more. Its secret and the secret of each signature are 1, so
   * that its public part is the curve's own point, and a signature is r = x and s = hash + r.
   * Source: SEC 2, version 1, section 2.5.2; FIPS 186-4, section 6.4.
   */
  static OtherKey p192(String kid) {
    var x = HexFormat.of().parseHex("188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012");
    var y = HexFormat.of().parseHex("07192b95ffc8da78631011ed6b24cdd573f977a11e794811");
    var order = new BigInteger("ffffffffffffffffffffffff99def836146bc9b1b4d22831", 16);
    return new OtherKey(
        kid,
        Map.of(
            "kty",
            "EC",
            "crv",
            "P-192",
            "kid",
            kid,
            "x",
            BASE64.encodeToString(x),
            "y",
            BASE64.encodeToString(y)),
        text -> {
          var hash = MessageDigest.getInstance("SHA-256").digest(text);
          var s =
              new BigInteger(1, Arrays.copyOf(hash, x.length)).add(new BigInteger(1, x)).mod(order);
          var both = Arrays.copyOf(x, 2 * x.length);
          for (int i = 0; i < x.length; i++) {
            both[both.length - 1 - i] = s.shiftRight(8 * i).byteValue();
          }
          return both;
        });
  }

  /** A JWKS document with this key before its others, for this use. */
  String in(String jwks, String use) {
    var json = new LinkedHashMap<>(publicJson);
    json.put("use", use);
    return jwks.replace("\"keys\":[", "\"keys\":[" + SigningKey.json(json) + ",");
  }

  /** A compact token that claims to be signed by this algorithm with this key. */
  String sign(String algorithm, Map<String, Object> header, Map<String, Object> claims)
      throws GeneralSecurityException {
    var headers = new LinkedHashMap<>(header);
    headers.put("alg", algorithm);
    headers.put("kid", kid);
    var text =
        SigningKey.encode(SigningKey.json(headers))
            + "."
            + SigningKey.encode(SigningKey.json(claims));
    return text
        + "."
        + BASE64.encodeToString(signer.sign(text.getBytes(StandardCharsets.US_ASCII)));
  }
}
