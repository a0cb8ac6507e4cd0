package dev.sallyport.identity.x509;

import com.nimbusds.jose.jwk.Curve;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PSSParameterSpec;
import java.util.Set;

/** Which keys and signatures are strong enough. */
final class Strength {
  private static final int MIN_RSA_BITS = 2_048;
  private static final Set<Curve> CURVES = Set.of(Curve.P_256, Curve.P_384, Curve.P_521);
  private static final Set<String> DIGESTS = Set.of("SHA-256", "SHA-384", "SHA-512");
  private static final String PSS = "RSASSA-PSS";
  private static final Set<String> SIGNATURES =
      Set.of(
          "SHA256withRSA",
          "SHA384withRSA",
          "SHA512withRSA",
          "SHA256withECDSA",
          "SHA384withECDSA",
          "SHA512withECDSA");

  private Strength() {}

  /** Whether a key is RSA of at least {@value #MIN_RSA_BITS} bits, or on P-256, P-384 or P-521. */
  static boolean suffices(PublicKey key) {
    return switch (key) {
      case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= MIN_RSA_BITS;
      case ECPublicKey ec -> CURVES.contains(Curve.forECParameterSpec(ec.getParams()));
      default -> false;
    };
  }

  /** Whether a certificate was signed over a digest of at least 256 bits of the SHA-2 family. */
  static boolean isSignedWell(X509Certificate certificate) {
    var name = certificate.getSigAlgName();
    return name.equals(PSS) ? DIGESTS.contains(pssDigest(certificate)) : SIGNATURES.contains(name);
  }

  private static String pssDigest(X509Certificate certificate) {
    try {
      var parameters = AlgorithmParameters.getInstance(PSS);
      parameters.init(certificate.getSigAlgParams());
      return parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm();
    } catch (GeneralSecurityException | IOException | RuntimeException _) {
      return "";
    }
  }
}
