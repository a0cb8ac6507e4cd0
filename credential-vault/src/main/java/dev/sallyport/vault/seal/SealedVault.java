package dev.sallyport.vault.seal;

import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.vault.Destination;
import dev.sallyport.vault.Injection;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.Vault;
import dev.sallyport.vault.redact.Automaton;
import dev.sallyport.vault.redact.SecretRedactor;
import dev.sallyport.vault.seal.Settings.Source;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The vault over sealed values, files and variables. A credential that cannot be opened is refused;
 * nothing else is ever lent in its place. Opened values are not kept, but for the tables that find
 * them again in answers. Thread-safe.
 */
public final class SealedVault implements Vault {
  private static final Logger LOG = System.getLogger(SealedVault.class.getName());

  private final SecretStore secrets;
  private final UnaryOperator<String> environment;
  private final Automatons automatons;
  private volatile Map<String, Settings> inForce = Map.of();

  /**
   * @param environment gives the value of an environment variable, or an empty text
   */
  public SealedVault(SecretStore secrets, UnaryOperator<String> environment) {
    this.secrets = secrets;
    this.environment = environment;
    this.automatons = new Automatons(secrets.clock());
  }

  void use(Map<String, Settings> settings) {
    inForce = settings;
    secrets.retain(settings.keySet());
    automatons.forgetAll();
  }

  @Override
  public CredentialUse plan(String credential, Destination destination) {
    var settings = inForce.get(credential);
    if (settings == null || !settings.isBoundTo(destination)) {
      throw new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE);
    }
    return new CredentialUse(credential, settings.source().version(), destination.label());
  }

  @Override
  public Lent lend(Permit permit, CredentialUse use, Injection form) {
    if (!permit.isOpen() || !permit.action().credentials().contains(use)) {
      throw new IllegalStateException("a loan needs an open permit that names it");
    }
    var settings = inForce.get(use.credential());
    if (settings == null
        || settings.source().version() != use.version()
        || !isBound(settings, use.destination())) {
      throw new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE);
    }
    var value = open(settings);
    return lent(permit, settings, form, value);
  }

  private static boolean isBound(Settings settings, String destination) {
    return settings.servers().stream()
            .anyMatch(name -> new Destination.Server(name).label().equals(destination))
        || settings.providers().stream()
            .anyMatch(name -> new Destination.Provider(name).label().equals(destination));
  }

  private Lent lent(Permit permit, Settings settings, Injection form, String value) {
    var whole =
        switch (form) {
          case Injection.Header(_, var prefix) when settings.header().isEmpty() -> prefix + value;
          case Injection.Header _, Injection.Variable _ -> value;
        };
    var redactor = new SecretRedactor(automaton(settings, whole), settings.name());
    return switch (form) {
      case Injection.Header(var name, _) ->
          new OneLent(Map.of(settings.header().orElse(name), whole), Map.of(), redactor, permit);
      case Injection.Variable(var name) ->
          new OneLent(Map.of(), Map.of(name, whole), redactor, permit);
    };
  }

  private Automaton automaton(Settings settings, String whole) {
    try {
      return automatons.of(settings.name(), whole);
    } catch (IllegalArgumentException e) {
      LOG.log(Level.ERROR, "credential {0}: {1}", settings.name(), e.getMessage());
      throw new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE);
    }
  }

  private String open(Settings settings) {
    try {
      return switch (settings.source()) {
        case Source.Sealed(int version) -> {
          var bytes = secrets.open(settings.name(), version);
          var text = new String(bytes, StandardCharsets.US_ASCII);
          Arrays.fill(bytes, (byte) 0);
          yield text;
        }
        case Source.File(var path) -> checked(settings, SecretFile.read(path));
        case Source.Variable(var name) -> checked(settings, variable(name));
      };
    } catch (IOException e) {
      LOG.log(Level.ERROR, "credential {0}: {1}", settings.name(), e.getMessage());
      throw new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE);
    } catch (GeneralSecurityException | SQLException e) {
      LOG.log(
          Level.ERROR,
          "credential {0} cannot be opened: {1}",
          settings.name(),
          e.getClass().getSimpleName());
      throw new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE);
    }
  }

  private String variable(String name) throws IOException {
    var value = environment.apply(name);
    if (value.isEmpty()) {
      throw new IOException("the gateway's environment variable " + name + " is not set");
    }
    return value;
  }

  private static String checked(Settings settings, String value) {
    var problem = SecretText.problem(value);
    if (problem.isPresent()) {
      LOG.log(Level.ERROR, "credential {0}: {1}", settings.name(), problem.get());
      throw new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE);
    }
    return value;
  }
}
