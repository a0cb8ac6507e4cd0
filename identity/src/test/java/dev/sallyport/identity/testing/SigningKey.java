package dev.sallyport.identity.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** A key pair with a name, which signs whatever a test wants signed. */
public final class SigningKey {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final JWK pair;

  private SigningKey(JWK pair) {
    this.pair = pair;
  }

  /** A new key on P-256. */
  public static SigningKey ec(String kid) {
    return ec(kid, Curve.P_256);
  }

  /** A new key on a curve. */
  public static SigningKey ec(String kid, Curve curve) {
    try {
      return new SigningKey(new ECKeyGenerator(curve).keyID(kid).generate());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A new RSA key; fewer than 2048 bits are allowed here. */
  public static SigningKey rsa(String kid, int bits) {
    try {
      return new SigningKey(new RSAKeyGenerator(bits, true).keyID(kid).generate());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same key under another name. */
  public SigningKey named(String kid) {
    return switch (pair) {
      case ECKey ec -> new SigningKey(new ECKey.Builder(ec).keyID(kid).build());
      case RSAKey rsa -> new SigningKey(new RSAKey.Builder(rsa).keyID(kid).build());
      default -> throw new IllegalStateException();
    };
  }

  public String kid() {
    return pair.getKeyID();
  }

  /** The whole pair, private part included. */
  public JWK pair() {
    return pair;
  }

  /** The public part, as a JSON object. */
  public Map<String, Object> publicJson() {
    return pair.toPublicJWK().toJSONObject();
  }

  /** The algorithm that this key signs with unless told otherwise. */
  public JWSAlgorithm algorithm() {
    if (!(pair instanceof ECKey ec)) {
      return JWSAlgorithm.RS256;
    }
    if (ec.getCurve().equals(Curve.P_384)) {
      return JWSAlgorithm.ES384;
    }
    return ec.getCurve().equals(Curve.P_521) ? JWSAlgorithm.ES512 : JWSAlgorithm.ES256;
  }

  /** A compact token of exactly these texts, signed by this key. */
  public String sign(String header, String payload) {
    return sign(algorithm(), header, payload);
  }

  /** A compact token of exactly these texts, whatever algorithm the header claims. */
  public String sign(JWSAlgorithm algorithm, String header, String payload) {
    var input = encode(header) + "." + encode(payload);
    try {
      var signature =
          signer().sign(new JWSHeader(algorithm), input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + signature;
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A compact token of these headers and claims. */
  public String sign(Map<String, ?> header, Map<String, ?> claims) {
    return sign(json(header), json(claims));
  }

  /** A map as JSON. */
  public static String json(Map<String, ?> map) {
    try {
      return MAPPER.writeValueAsString(map);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A text in the base64 form of tokens. */
  public static String encode(String text) {
    return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private JWSSigner signer() throws JOSEException {
    return switch (pair) {
      case ECKey ec -> new ECDSASigner(ec);
      case RSAKey rsa ->
          new RSASSASigner(rsa.toPrivateKey(), Set.of(AllowWeakRSAKey.getInstance()));
      default -> throw new IllegalStateException();
    };
  }
}
