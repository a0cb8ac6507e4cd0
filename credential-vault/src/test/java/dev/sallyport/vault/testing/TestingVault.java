package dev.sallyport.vault.testing;

import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.vault.Destination;
import dev.sallyport.vault.Injection;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.Redactor;
import dev.sallyport.vault.Vault;
import dev.sallyport.vault.redact.Automaton;
import dev.sallyport.vault.redact.SecretRedactor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A vault in memory, with secrets that the test gives it; it lends and refuses like the real one.
 */
public final class TestingVault implements Vault {
  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final List<CredentialUse> lent = new CopyOnWriteArrayList<>();

  /** Adds a credential that goes out as it is, in this header. */
  public TestingVault withHeader(
      String credential, String header, String value, Destination... destinations) {
    return with(credential, new Held(Optional.of(header), value, labels(destinations)));
  }

  /** Adds a credential that goes out in the way that its destination wants. */
  public TestingVault withSecret(String credential, String value, Destination... destinations) {
    return with(credential, new Held(Optional.empty(), value, labels(destinations)));
  }

  /** Every use that was lent, in order. */
  public List<CredentialUse> lent() {
    return List.copyOf(lent);
  }

  @Override
  public CredentialUse plan(String credential, Destination destination) {
    var known = held.get(credential);
    if (known == null || !known.destinations().contains(destination.label())) {
      throw new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE);
    }
    return new CredentialUse(credential, 1, destination.label());
  }

  @Override
  public Lent lend(Permit permit, CredentialUse use, Injection form) {
    var known = held.get(use.credential());
    if (known == null || !permit.isOpen() || !permit.action().credentials().contains(use)) {
      throw new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE);
    }
    lent.add(use);
    return new Loan(
        known.as(form), new SecretRedactor(Automaton.of(known.value()), use.credential()));
  }

  private TestingVault with(String credential, Held added) {
    held.put(credential, added);
    return this;
  }

  private static Set<String> labels(Destination... destinations) {
    var labels = ConcurrentHashMap.<String>newKeySet();
    for (var destination : destinations) {
      labels.add(destination.label());
    }
    return labels;
  }

  private record Held(Optional<String> header, String value, Set<String> destinations) {
    Injected as(Injection form) {
      return switch (form) {
        case Injection.Header wanted ->
            header
                .map(name -> new Injected(Map.of(name, value), Map.of()))
                .orElseGet(
                    () -> new Injected(Map.of(wanted.name(), wanted.prefix() + value), Map.of()));
        case Injection.SigV4 _, Injection.GoogleToken _ ->
            new Injected(Map.of(header.orElse("Authorization"), "Bearer " + value), Map.of());
        case Injection.Variable variable -> new Injected(Map.of(), Map.of(variable.name(), value));
      };
    }
  }

  private record Injected(Map<String, String> headers, Map<String, String> variables) {}

  private record Loan(Injected injected, Redactor redactor) implements Lent {
    @Override
    public Map<String, String> headers() {
      return injected.headers();
    }

    @Override
    public Map<String, String> variables() {
      return injected.variables();
    }

    @Override
    public void close() {}
  }
}
