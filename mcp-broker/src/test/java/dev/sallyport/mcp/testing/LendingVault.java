package dev.sallyport.mcp.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.vault.Destination;
import dev.sallyport.vault.Injection;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.PieceScan;
import dev.sallyport.vault.Redactor;
import dev.sallyport.vault.Vault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A vault of secrets in memory, which finds only their exact text. Thread-safe. */
public final class LendingVault implements Vault {
  private static final String TAKEN_OUT = "[REDACTED]";
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, String> secrets = new ConcurrentHashMap<>();
  private final List<CredentialUse> lent = new CopyOnWriteArrayList<>();

  /** Puts a secret in. */
  public LendingVault with(String credential, String secret) {
    secrets.put(credential, secret);
    return this;
  }

  /** Takes a secret away. */
  public void forget(String credential) {
    secrets.remove(credential);
  }

  /** Every loan, in order. */
  public List<CredentialUse> lent() {
    return List.copyOf(lent);
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
    if (!permit.isOpen() || !permit.action().credentials().contains(use)) {
      throw new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE);
    }
    lent.add(use);
    var secret = secrets.getOrDefault(use.credential(), "");
    return switch (form) {
      case Injection.Header(String name, String prefix) ->
          new Loan(Map.of(name, prefix + secret), Map.of(), new ExactRedactor(secret));
      case Injection.SigV4 _, Injection.GoogleToken _ ->
          new Loan(
              Map.of("Authorization", "Bearer " + secret), Map.of(), new ExactRedactor(secret));
      case Injection.Variable(String name) ->
          new Loan(Map.of(), Map.of(name, secret), new ExactRedactor(secret));
    };
  }

  private record Loan(Map<String, String> headers, Map<String, String> variables, Redactor redactor)
      implements Lent {
    @Override
    public void close() {}

    @Override
    public String toString() {
      return "Loan[]";
    }
  }

  private static final class ExactRedactor implements Redactor {
    private final String secret;
    private final AtomicInteger found = new AtomicInteger();

    ExactRedactor(String secret) {
      this.secret = secret;
    }

    @Override
    public InputStream redact(InputStream in) {
      return new InputStream() {
        private InputStream whole = InputStream.nullInputStream();
        private boolean read;

        @Override
        public int read() throws IOException {
          var one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
          if (!read) {
            read = true;
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            whole = new ByteArrayInputStream(redact(text).getBytes(StandardCharsets.UTF_8));
          }
          return whole.read(buffer, offset, length);
        }
      };
    }

    @Override
    public String redact(String text) {
      var left = text.replace(secret, TAKEN_OUT);
      found.addAndGet(left.equals(text) ? 0 : 1);
      return left;
    }

    @Override
    public JsonNode redact(JsonNode tree) {
      var text = tree.toString();
      if (!text.contains(secret)) {
        return tree;
      }
      try {
        return JSON.readTree(redact(text));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public List<PieceScan> scans() {
      return List.of(); // no tool answers in pieces
    }

    @Override
    public int found() {
      return found.get();
    }
  }
}
