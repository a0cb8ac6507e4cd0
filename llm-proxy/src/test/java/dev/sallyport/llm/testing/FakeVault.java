package dev.sallyport.llm.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.vault.Destination;
import dev.sallyport.vault.Injection;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.Outgoing;
import dev.sallyport.vault.PieceScan;
import dev.sallyport.vault.Redactor;
import dev.sallyport.vault.Vault;
import dev.sallyport.vault.aws.AwsKeys;
import dev.sallyport.vault.aws.SigV4;
import dev.sallyport.vault.redact.Automaton;
import dev.sallyport.vault.redact.SecretRedactor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A vault whose secrets a test gives, by credential. Thread-safe. */
public final class FakeVault implements Vault {
  /** Takes long to build. */
  private static final Map<String, Automaton> AUTOMATONS = new ConcurrentHashMap<>();

  private final Map<String, String> secrets = new ConcurrentHashMap<>();

  /** From now on, the credential has this value. */
  public FakeVault with(String credential, String secret) {
    secrets.put(credential, secret);
    return this;
  }

  /** From now on, there is no such credential. */
  public void without(String credential) {
    secrets.remove(credential);
  }

  @Override
  public CredentialUse plan(String credential, Destination destination) {
    if (!secrets.containsKey(credential)) {
      throw new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE);
    }
    return new CredentialUse(credential, 1, destination.label());
  }

  @Override
  public Lent lend(Permit permit, CredentialUse use, Injection form) {
    var secret = secrets.get(use.credential());
    if (secret == null || !permit.isOpen() || !permit.action().credentials().contains(use)) {
      throw new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE);
    }
    return switch (form) {
      case Injection.Header(String name, String prefix) ->
          new Loan(Map.of(name, prefix + secret), new Exact(secret));
      case Injection.SigV4(String region, String service) ->
          AwsKeys.read(secret)
              .<Lent>map(keys -> new Signing(new SigV4(keys, region, service), new Exact(secret)))
              .orElseGet(() -> bearer(secret));
      case Injection.GoogleToken _ -> bearer(secret);
      case Injection.Variable _ -> throw new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE);
    };
  }

  private static Lent bearer(String secret) {
    return new Loan(Map.of("Authorization", "Bearer " + secret), new Exact(secret));
  }

  /** Signs as at the time at which a test's clock starts. */
  private record Signing(SigV4 signer, Redactor redactor) implements Lent {
    @Override
    public Map<String, String> headers() {
      return Map.of();
    }

    @Override
    public Map<String, String> headers(Outgoing request) {
      return signer.headers(request, TestingClock.START);
    }

    @Override
    public Map<String, String> variables() {
      return Map.of();
    }

    @Override
    public void close() {}
  }

  private record Loan(Map<String, String> headers, Redactor redactor) implements Lent {
    @Override
    public Map<String, String> variables() {
      return Map.of();
    }

    @Override
    public void close() {}
  }

  /** Finds a secret that comes in one piece, or in several texts of a stream. */
  private record Exact(String secret, AtomicInteger counter) implements Redactor {
    Exact(String secret) {
      this(secret, new AtomicInteger());
    }

    @Override
    public InputStream redact(InputStream in) {
      return new FilterInputStream(in) {
        @Override
        public int read(byte[] into, int from, int most) throws IOException {
          int count = super.read(into, from, most);
          if (count > 0) {
            var read = new String(into, from, count, StandardCharsets.ISO_8859_1);
            var clean = read.replace(secret, "*".repeat(secret.length()));
            counter.addAndGet(clean.equals(read) ? 0 : 1);
            System.arraycopy(clean.getBytes(StandardCharsets.ISO_8859_1), 0, into, from, count);
          }
          return count;
        }
      };
    }

    @Override
    public String redact(String text) {
      var clean = text.replace(secret, "[redacted]");
      counter.addAndGet(clean.equals(text) ? 0 : 1);
      return clean;
    }

    @Override
    public JsonNode redact(JsonNode tree) {
      throw new UncheckedIOException(new IOException("not needed"));
    }

    @Override
    public List<PieceScan> scans() {
      return new SecretRedactor(AUTOMATONS.computeIfAbsent(secret, Automaton::of), "fake").scans();
    }

    @Override
    public int found() {
      return counter.get();
    }
  }
}
