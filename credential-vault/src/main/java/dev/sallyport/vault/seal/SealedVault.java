package dev.sallyport.vault.seal;

import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.vault.Destination;
import dev.sallyport.vault.Injection;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.Redactor;
import dev.sallyport.vault.Vault;
import dev.sallyport.vault.aws.AwsKeys;
import dev.sallyport.vault.aws.SigV4;
import dev.sallyport.vault.egress.EgressClient;
import dev.sallyport.vault.google.GoogleTokens;
import dev.sallyport.vault.google.ServiceAccount;
import dev.sallyport.vault.google.TokenException;
import dev.sallyport.vault.redact.SecretRedactor;
import dev.sallyport.vault.seal.Settings.Source;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The vault over sealed values, files and variables. A credential that cannot be opened is refused;
 * nothing else is ever lent in its place. Opened values are not kept, but for the tables that find
 * them again in answers. Thread-safe.
 */
public final class SealedVault implements Vault {
  private static final Logger LOG = System.getLogger(SealedVault.class.getName());
  private static final Injection.Header BEARER = new Injection.Header("Authorization", "Bearer ");

  private final SecretStore secrets;
  private final GoogleTokens tokens;
  private final InstantSource clock;
  private final UnaryOperator<String> environment;
  private final Automatons automatons;

  /** What was said to be wrong with each credential since it was lent. */
  private final Map<String, String> told = new ConcurrentHashMap<>();

  private volatile Map<String, Settings> inForce = Map.of();

  /**
   * The vault.
   *
   * @param environment gives the value of an environment variable, or an empty text
   * @param egress by which a key is exchanged for what is lent in its place
   */
  public SealedVault(SecretStore secrets, UnaryOperator<String> environment, EgressClient egress) {
    this.secrets = secrets;
    this.clock = secrets.clock();
    this.tokens = new GoogleTokens(egress, clock);
    this.environment = environment;
    this.automatons = new Automatons(clock);
  }

  void use(Map<String, Settings> settings) {
    inForce = settings;
    secrets.retain(settings.keySet());
    told.keySet().retainAll(settings.keySet());
    tokens.retain(settings.keySet());
    automatons.forgetAll();
  }

  /** Takes out the secrets that were lent in the last minutes, of whomever. */
  public Redactor lately() {
    return Redactor.all(automatons.redactors());
  }

  @Override
  public CredentialUse plan(String credential, Destination destination) {
    var settings = inForce.get(credential);
    var label = destination.label();
    if (settings == null || !settings.destinations().contains(label)) {
      throw new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE);
    }
    return new CredentialUse(credential, settings.source().version(), label);
  }

  @Override
  public Lent lend(Permit permit, CredentialUse use, Injection form) {
    if (!permit.isOpen() || !permit.action().credentials().contains(use)) {
      throw new IllegalStateException("a loan needs an open permit that names it");
    }
    var settings = inForce.get(use.credential());
    if (settings == null
        || settings.source().version() != use.version()
        || !settings.destinations().contains(use.destination())) {
      throw new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE);
    }
    var value = open(settings);
    var lent = lent(permit, settings, form, value);
    told.remove(settings.name());
    return lent;
  }

  private Lent lent(Permit permit, Settings settings, Injection form, String value) {
    try {
      return switch (form) {
        case Injection.Variable(var name) ->
            OneLent.variable(name, value, redactor(settings, value), permit);
        case Injection.Header header -> header(permit, settings, header, value);
        case Injection.SigV4 _, Injection.GoogleToken _ when settings.header().isPresent() ->
            header(permit, settings, BEARER, value);
        case Injection.SigV4 wanted ->
            AwsKeys.read(value)
                .map(keys -> signature(permit, settings, wanted, keys))
                .orElseGet(() -> header(permit, settings, BEARER, value));
        case Injection.GoogleToken(var scope) -> {
          var account = ServiceAccount.read(value);
          yield account.isPresent()
              ? token(permit, settings, account.get(), scope)
              : header(permit, settings, BEARER, value);
        }
      };
    } catch (IllegalArgumentException e) {
      throw unavailable(settings, String.valueOf(e.getMessage()));
    } catch (TokenException _) { // said where it was asked for
      throw new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE);
    }
  }

  private Lent header(Permit permit, Settings settings, Injection.Header form, String value) {
    var whole = settings.header().isPresent() ? value : form.prefix() + value;
    var name = settings.header().orElse(form.name());
    return OneLent.header(name, whole, redactor(settings, whole), permit);
  }

  private Lent signature(Permit permit, Settings settings, Injection.SigV4 wanted, AwsKeys keys) {
    var signer = new SigV4(keys, wanted.region(), wanted.service());
    var redactor =
        Redactor.all(keys.secrets().stream().map(secret -> redactor(settings, secret)).toList());
    return OneLent.signature(request -> signer.headers(request, clock.instant()), redactor, permit);
  }

  private Lent token(Permit permit, Settings settings, ServiceAccount account, String scope)
      throws TokenException {
    var token = tokens.token(settings.name(), account, scope);
    var redactor =
        Redactor.all(
            List.of(
                redactor(settings, ServiceAccount.distinct(token)),
                redactor(settings, account.keyDigits())));
    return OneLent.header("Authorization", "Bearer " + token, redactor, permit);
  }

  private Redactor redactor(Settings settings, String secret) {
    return new SecretRedactor(automatons.of(settings.name(), secret), settings.name());
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
        case Source.File(var path) ->
            checked(settings, SecretText.onOneLine(SecretFile.read(path)));
        case Source.Variable(var name) -> checked(settings, SecretText.onOneLine(variable(name)));
      };
    } catch (IOException e) {
      throw unavailable(settings, String.valueOf(e.getMessage()));
    } catch (GeneralSecurityException _) {
      throw unavailable(
          settings,
          "cannot be opened: put back the key file that it was sealed with, or write its value"
              + " anew");
    } catch (SQLException _) {
      throw unavailable(settings, "cannot be opened: the store does not answer");
    }
  }

  private String variable(String name) throws IOException {
    var value = environment.apply(name);
    if (value.isEmpty()) {
      throw new IOException("the gateway's environment variable " + name + " is not set");
    }
    return value;
  }

  private String checked(Settings settings, String value) {
    var problem = SecretText.problem(value);
    if (problem.isPresent()) {
      throw unavailable(settings, problem.get());
    }
    return value;
  }

  /** Says to operators what is wrong with a credential: once, until it is lent or it is another. */
  private Refusal unavailable(Settings settings, String problem) {
    if (!problem.equals(told.put(settings.name(), problem))) {
      LOG.log(Level.ERROR, "credential {0}: {1}", settings.name(), problem);
    }
    return new Refusal(RefusalCode.CREDENTIAL_UNAVAILABLE)
        .because("credential " + settings.name() + ": " + problem);
  }
}
