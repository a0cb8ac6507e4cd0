package dev.sallyport.identity.workload;

import dev.sallyport.identity.PrincipalId;
import io.spiffe.exception.InvalidSpiffeIdException;
import io.spiffe.spiffeid.SpiffeId;
import io.spiffe.workloadapi.grpc.Workload.X509SVID;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/** Reads an X.509-SVID with its key, as a Workload API gives it out. */
final class OwnSvidReader {
  private static final int URI_NAME = 6;
  private static final byte[] PROBE = "whose key is this".getBytes(StandardCharsets.US_ASCII);

  private OwnSvidReader() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it cannot be read, the certificate does not name the very
   *     ID that the agent does, or the key is not the certificate's; without the key's content
   */
  static OwnSvid read(X509SVID message) {
    try {
      var id = SpiffeId.parse(message.getSpiffeId());
      var chain = chain(message.getX509Svid().toByteArray());
      var leaf = chain.getFirst();
      if (id.getPath().isEmpty() || !names(leaf).equals(List.of(id.toString()))) {
        throw new IllegalArgumentException("the certificate does not name the workload " + id);
      }
      var key = key(leaf, message.getX509SvidKey().toByteArray());
      if (!belongs(key, leaf)) {
        throw new IllegalArgumentException("the key is not the certificate's");
      }
      return new OwnSvid(new PrincipalId(id.toString()), chain, key);
    } catch (GeneralSecurityException | InvalidSpiffeIdException e) {
      throw new IllegalArgumentException(
          "the X.509-SVID cannot be read: " + e.getClass().getSimpleName(), e);
    }
  }

  private static List<X509Certificate> chain(byte[] der) throws GeneralSecurityException {
    var chain =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(der))
            .stream()
            .map(X509Certificate.class::cast)
            .toList();
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("the X.509-SVID has no certificate");
    }
    return chain;
  }

  private static List<?> names(X509Certificate leaf) throws GeneralSecurityException {
    var names = leaf.getSubjectAlternativeNames();
    return names == null
        ? List.of()
        : names.stream()
            .filter(name -> name.getFirst().equals(URI_NAME))
            .map(name -> name.get(1))
            .toList();
  }

  private static PrivateKey key(X509Certificate leaf, byte[] pkcs8)
      throws GeneralSecurityException {
    return KeyFactory.getInstance(leaf.getPublicKey().getAlgorithm())
        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  private static boolean belongs(PrivateKey key, X509Certificate leaf)
      throws GeneralSecurityException {
    var algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    var signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(PROBE);
    var signed = signature.sign();
    signature.initVerify(leaf.getPublicKey());
    signature.update(PROBE);
    return signature.verify(signed);
  }
}
