package dev.sallyport.vault.testing;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Google's token endpoint on a port of its own, and an account that it knows. */
public final class TestingTokenEndpoint implements AutoCloseable {
  private static final KeyPair KEYS = newKeys();

  private final TestingUpstream upstream;
  private final AtomicInteger given = new AtomicInteger();

  /** Gives tokens that are numbered, to those who sign. */
  public TestingTokenEndpoint() {
    upstream =
        TestingUpstream.answering(request ->
            isSigned(request)
                ? TestingUpstream.json(
                    "{\"access_token\":\"ya29.token-number-%d........\",\"expires_in\":3600,"
                            .formatted(given.incrementAndGet())
                        + "\"token_type\":\"Bearer\"}")
                : TestingUpstream.answer(400, "application/json", "{\"error\":\"invalid_grant\"}"));
  }

  /** Gives each request the raw answer that the function makes of it. */
  public TestingTokenEndpoint(Function<Received, byte[]> answer) {
    upstream = TestingUpstream.answering(answer);
  }

  /** The account's key as Google gives it out, on several lines. */
  public String account() {
    var pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(KEYS.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    return """
    {
      "type": "service_account",
      "private_key_id": "0123456789abcdef",
      "private_key": "%s",
      "client_email": "sallyport@example.iam.gserviceaccount.com",
      "token_uri": "%s"
    }
    """
        .formatted(pem.replace("\n", "\\n"), uri());
  }

  /** How many tokens were asked for. */
  public int asked() {
    return upstream.requests().size();
  }

  /** Where it is. */
  public URI uri() {
    return upstream.uri("/token");
  }

  /** The part of the last assertion: 0 its header, 1 its claims. */
  public String part(int index) {
    return part(upstream.lastRequest(), index);
  }

  private static String part(Received request, int index) {
    var bytes = Base64.getUrlDecoder().decode(assertion(request).split("\\.", -1)[index]);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String assertion(Received request) {
    return request.body().substring(request.body().indexOf("assertion=") + "assertion=".length());
  }

  private static boolean isSigned(Received request) {
    var assertion = assertion(request);
    int dot = assertion.lastIndexOf('.');
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(KEYS.getPublic());
      signature.update(assertion.substring(0, dot).getBytes(StandardCharsets.US_ASCII));
      return signature.verify(Base64.getUrlDecoder().decode(assertion.substring(dot + 1)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyPair newKeys() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    upstream.close();
  }
}
