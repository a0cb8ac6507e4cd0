package dev.sallyport.gateway.trial;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;

/** A trust domain of one key and one workload, made anew for each run. */
public final class TrialIdentity {
  public static final String TRUST_DOMAIN = "bench.example";
  public static final String WORKLOAD = "spiffe://" + TRUST_DOMAIN + "/agent/load";
  public static final String AUDIENCE = "https://sallyport.bench.example";

  private static final Duration LIFETIME = Duration.ofMinutes(50);
  private static final int COORDINATE_BYTES = 32;

  private final KeyPair keys;
  private final InstantSource clock;

  public TrialIdentity(InstantSource clock) {
    this.clock = clock;
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      keys = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no P-256", e);
    }
  }

  /** What the product needs to know to trust it. */
  public String resources() {
    return """
    apiVersion: sallyport.dev/v1
    kind: TrustDomain
    metadata: {name: bench}
    spec: {trustDomain: %s, bundle: %s}
    ---
    """
        .formatted(TRUST_DOMAIN, bundle().strip());
  }

  private String bundle() {
    var point = ((ECPublicKey) keys.getPublic()).getW();
    return """
    {"keys":[{"kty":"EC","crv":"P-256","use":"jwt-svid","kid":"bench","x":"%s","y":"%s"}]}\
    """
        .formatted(coordinate(point.getAffineX()), coordinate(point.getAffineY()));
  }

  /** A JWT-SVID of the workload. */
  public String token() {
    return token(WORKLOAD);
  }

  /** A JWT-SVID of a workload of the trust domain. */
  public String token(String workload) {
    long now = clock.instant().getEpochSecond();
    var header = "{\"alg\":\"ES256\",\"kid\":\"bench\",\"typ\":\"JWT\"}";
    var claims =
        "{\"sub\":\"%s\",\"aud\":[\"%s\"],\"iat\":%d,\"exp\":%d}"
            .formatted(workload, AUDIENCE, now, now + LIFETIME.toSeconds());
    var signed =
        base64(header.getBytes(StandardCharsets.UTF_8))
            + "."
            + base64(claims.getBytes(StandardCharsets.UTF_8));
    try {
      var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(keys.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM does not sign with ES256", e);
    }
  }

  private static String coordinate(BigInteger value) {
    var bytes = value.toByteArray(); // may begin with a zero for the sign, or be short
    var fixed = new byte[COORDINATE_BYTES];
    int length = Math.min(bytes.length, COORDINATE_BYTES);
    System.arraycopy(bytes, bytes.length - length, fixed, COORDINATE_BYTES - length, length);
    return base64(fixed);
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
