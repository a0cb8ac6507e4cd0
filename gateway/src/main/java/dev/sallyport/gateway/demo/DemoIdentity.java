package dev.sallyport.gateway.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A small trust domain that lives as long as the demo: one key, and the SVIDs it signs. */
final class DemoIdentity {
  static final String TRUST_DOMAIN = "demo";
  static final Duration LIFETIME = Duration.ofMinutes(55);

  private final ECKey key;

  private DemoIdentity(ECKey key) {
    this.key = key;
  }

  static DemoIdentity create() {
    try {
      return new DemoIdentity(
          new ECKeyGenerator(Curve.P_256).keyID(UUID.randomUUID().toString()).generate());
    } catch (JOSEException e) {
      throw new IllegalStateException("this Java cannot make P-256 keys", e);
    }
  }

  /** The trust bundle, in the form of a JWKS. */
  Map<String, Object> bundle() {
    var publicKey = new ECKey.Builder(key.toPublicJWK()).keyUse(new KeyUse("jwt-svid")).build();
    return Map.of("keys", List.of(publicKey.toJSONObject()));
  }

  /** A JWT-SVID for a workload of this trust domain. */
  String svid(String path, String audience, Instant now) {
    var claims =
        new JWTClaimsSet.Builder()
            .subject("spiffe://" + TRUST_DOMAIN + path)
            .audience(audience)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(LIFETIME)))
            .build();
    var header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .type(JOSEObjectType.JWT)
            .keyID(key.getKeyID())
            .build();
    try {
      var jwt = new SignedJWT(header, claims);
      jwt.sign(new ECDSASigner(key));
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("signing failed", e);
    }
  }
}
