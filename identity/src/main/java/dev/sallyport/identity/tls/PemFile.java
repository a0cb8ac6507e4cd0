package dev.sallyport.identity.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Reads certificates and private keys from PEM files. Source: RFC 7468. */
final class PemFile {
  private static final int MAX_BYTES = 1024 * 1024;
  private static final Pattern PART =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s([A-Za-z0-9+/=\\s]+)-----END \\1-----");
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String PKCS8 = "PRIVATE KEY";
  private static final Pattern BARE_KEY = Pattern.compile("(RSA|EC) PRIVATE KEY");
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final byte[] VERSION = {0x02, 0x01, 0x00};

  private final Path path;
  private final List<Part> parts;

  private PemFile(Path path, List<Part> parts) {
    this.path = path;
    this.parts = parts;
  }

  /** What stands between a beginning and an end. */
  private record Part(String label, ByteBuffer content) {
    private byte[] der() {
      var bytes = new byte[content.remaining()];
      content.duplicate().get(bytes);
      return bytes;
    }
  }

  static PemFile read(Path path) throws IOException {
    byte[] bytes;
    try (var in = Files.newInputStream(path)) {
      bytes = in.readNBytes(MAX_BYTES);
    }
    var parts = new ArrayList<Part>();
    var matcher = PART.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    while (matcher.find()) {
      parts.add(
          new Part(
              matcher.group(1), ByteBuffer.wrap(Base64.getMimeDecoder().decode(matcher.group(2)))));
    }
    return new PemFile(path, parts);
  }

  /**
   * All certificates of the file, in their order.
   *
   * @throws IllegalArgumentException if there are none, or one cannot be read
   */
  List<X509Certificate> certificates() {
    try {
      var factory = CertificateFactory.getInstance("X.509");
      var certificates = new ArrayList<X509Certificate>();
      for (var part : parts) {
        if (part.label.equals(CERTIFICATE)) {
          certificates.add(
              (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(part.der())));
        }
      }
      if (certificates.isEmpty()) {
        throw new IllegalArgumentException("there is no certificate in " + path);
      }
      return certificates;
    } catch (CertificateException e) {
      throw new IllegalArgumentException("a certificate cannot be read in " + path, e);
    }
  }

  /**
   * The private key of the file, for a public one.
   *
   * @throws IllegalArgumentException if there is not exactly one, or it is of another kind
   */
  PrivateKey key(PublicKey of) {
    var keys = parts.stream().filter(part -> part.label.endsWith(PKCS8)).toList();
    if (keys.size() != 1) {
      throw new IllegalArgumentException("there must be exactly one private key in " + path);
    }
    var key = keys.getFirst();
    try {
      if (!key.label.equals(PKCS8) && !BARE_KEY.matcher(key.label).matches()) {
        throw new InvalidKeySpecException(key.label);
      }
      return KeyFactory.getInstance(of.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(pkcs8(key, of)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "the private key is encrypted, of an unknown form, or not of the certificate's kind in "
              + path,
          e);
    }
  }

  /** A key as PKCS #8, which says of a bare one what kind of key it is. Source: RFC 5958. */
  private static byte[] pkcs8(Part key, PublicKey of) {
    if (key.label.equals(PKCS8)) {
      return key.der();
    }
    return der(SEQUENCE, VERSION, algorithm(of.getEncoded()), der(OCTETS, key.der()));
  }

  /** The algorithm that a public key begins with. Source: RFC 5280, section 4.1. */
  private static byte[] algorithm(byte[] publicKey) {
    int begin = headerLength(publicKey, 0);
    int length = headerLength(publicKey, begin) + contentLength(publicKey, begin);
    var algorithm = new byte[length];
    System.arraycopy(publicKey, begin, algorithm, 0, length);
    return algorithm;
  }

  private static int headerLength(byte[] der, int at) {
    return der[at + 1] >= 0 ? 2 : 2 + (der[at + 1] & 0x7f);
  }

  private static int contentLength(byte[] der, int at) {
    int length = der[at + 1];
    if (length >= 0) {
      return length;
    }
    int content = 0;
    for (int i = 0; i < (length & 0x7f); i++) {
      content = (content << 8) | (der[at + 2 + i] & 0xff);
    }
    return content;
  }

  private static byte[] der(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (var part : parts) {
      content.writeBytes(part);
    }
    var out = new ByteArrayOutputStream();
    out.write(tag);
    writeLength(out, content.size());
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }

  private static void writeLength(ByteArrayOutputStream out, int length) {
    if (length < 0x80) {
      out.write(length);
      return;
    }
    int bytes = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
    out.write(0x80 | bytes);
    for (int i = bytes - 1; i >= 0; i--) {
      out.write(length >> (8 * i));
    }
  }
}
