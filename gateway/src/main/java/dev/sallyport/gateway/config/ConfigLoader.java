package dev.sallyport.gateway.config;

import dev.sallyport.gateway.config.GatewayConfig.CertificateOrigin;
import dev.sallyport.gateway.config.GatewayConfig.ClientAuth;
import dev.sallyport.gateway.config.GatewayConfig.Limits;
import dev.sallyport.gateway.config.GatewayConfig.Listen;
import dev.sallyport.gateway.config.GatewayConfig.LogLevel;
import dev.sallyport.gateway.config.GatewayConfig.OtherAudiences;
import dev.sallyport.gateway.config.GatewayConfig.PemFiles;
import dev.sallyport.gateway.config.GatewayConfig.Questions;
import dev.sallyport.gateway.config.GatewayConfig.Store;
import dev.sallyport.gateway.config.GatewayConfig.Svids;
import dev.sallyport.gateway.config.GatewayConfig.Tls;
import dev.sallyport.gateway.config.GatewayConfig.WorkloadApi;
import dev.sallyport.identity.grant.Approvers;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Makes a {@link GatewayConfig} of defaults, a file, the environment and flags, in that order. */
public final class ConfigLoader {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}");
  private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9._:\\[\\]-]{1,255}");
  private static final Pattern WORKLOAD_API =
      Pattern.compile("unix:/[^\\s]+|tcp://[0-9a-fA-F.:\\[\\]]+:[0-9]{1,5}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

  /** As a parameter, or before the host. */
  private static final Pattern PASSWORD = Pattern.compile("(?i)[?&;]password=|//[^/?@]*:[^/?@]*@");

  private final Map<ConfigKey, Setting> settings;
  private final List<ConfigMistake> mistakes;

  private ConfigLoader(ConfigSources sources) {
    this.settings = sources.settings();
    this.mistakes = new ArrayList<>(sources.mistakes());
  }

  /**
   * Loads a configuration.
   *
   * @param file the YAML file, if one is named
   * @param flags what flags say
   * @throws InvalidConfigException with every mistake there is
   */
  public static GatewayConfig load(
      Optional<Path> file, Environment environment, Map<ConfigKey, String> flags)
      throws InvalidConfigException {
    var sources = new ConfigSources();
    file.ifPresent(sources::readFile);
    sources.readEnvironment(environment);
    sources.readFlags(flags);
    return new ConfigLoader(sources).config(environment);
  }

  private GatewayConfig config(Environment environment) throws InvalidConfigException {
    var data =
        path(ConfigKey.DATA).orElseGet(environment::standardData).toAbsolutePath().normalize();
    var listen =
        new Listen(host(ConfigKey.LISTEN_HOST), number(ConfigKey.LISTEN_PORT, 8080, 0, 65_535));
    var admin =
        new Listen(host(ConfigKey.ADMIN_HOST), number(ConfigKey.ADMIN_PORT, 8081, 0, 65_535));
    var tls = tls();
    var publicUrl = publicUrl();
    var local = listen.url(tls.isPresent(), listen.port());
    var config =
        new GatewayConfig(
            data,
            listen,
            admin,
            approvers(),
            tls,
            publicUrl,
            audiences(publicUrl.map(URI::toString).orElse(local)),
            svids(),
            new HashSet<>(texts(ConfigKey.ALLOWED_ORIGINS, ORIGIN.asMatchPredicate())),
            Optional.of(Duration.ofSeconds(number(ConfigKey.DPOP_NONCE_SECONDS, 0, 0, 3_600)))
                .filter(Duration::isPositive),
            limits(),
            store(data),
            path(ConfigKey.VAULT_KEY_FILE).orElse(data.resolve("kek.json")),
            questions(),
            choice(ConfigKey.LOG_LEVEL, LogLevel.values(), LogLevel.INFO));
    if (listen.port() == admin.port()
        && listen.port() != 0
        && settings.containsKey(ConfigKey.ADMIN_PORT)) {
      mistake(ConfigKey.ADMIN_PORT, "must differ from listen.port");
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidConfigException(mistakes);
    }
    return config;
  }

  private List<String> audiences(String standard) {
    var given = texts(ConfigKey.AUDIENCE, text -> !text.isBlank() && !text.contains(" "));
    var setting = settings.get(ConfigKey.AUDIENCE);
    if (setting != null && given.isEmpty()) {
      mistake(ConfigKey.AUDIENCE);
    }
    return given.isEmpty() ? List.of(standard) : given;
  }

  private Approvers approvers() {
    var given = texts(ConfigKey.ADMIN_APPROVERS, _ -> true);
    try {
      if (settings.containsKey(ConfigKey.ADMIN_APPROVERS) && given.isEmpty()) {
        mistake(ConfigKey.ADMIN_APPROVERS);
      }
      return Approvers.named(given);
    } catch (IllegalArgumentException e) {
      mistake(ConfigKey.ADMIN_APPROVERS, String.valueOf(e.getMessage()));
      return Approvers.NONE;
    }
  }

  private Svids svids() {
    return new Svids(
        choice(ConfigKey.SVID_OTHER_AUDIENCES, OtherAudiences.values(), OtherAudiences.REFUSED),
        Duration.ofMinutes(number(ConfigKey.SVID_MINUTES, 60, 1, 1_440)));
  }

  private Optional<URI> publicUrl() {
    var given = text(ConfigKey.PUBLIC_URL);
    if (given.isPresent() && !ORIGIN.matcher(given.get()).matches()) {
      mistake(ConfigKey.PUBLIC_URL);
      return Optional.empty();
    }
    return given.map(URI::create);
  }

  private Optional<Tls> tls() {
    var origin = workloadApi().or(this::pemFiles);
    var auth = choice(ConfigKey.TLS_CLIENT_AUTH, ClientAuth.values(), ClientAuth.OPTIONAL);
    var age = Duration.ofMinutes(number(ConfigKey.TLS_CONNECTION_MINUTES, 60, 1, 1_440));
    if (origin.isEmpty()) {
      var needed = "needs tls.certificate-file and tls.key-file, or tls.workload-api, beside it";
      mistake(ConfigKey.TLS_CLIENT_AUTH, needed);
      mistake(ConfigKey.TLS_CONNECTION_MINUTES, needed);
    }
    return origin.map(certificate -> new Tls(certificate, auth, age));
  }

  private Optional<CertificateOrigin> workloadApi() {
    var address = text(ConfigKey.TLS_WORKLOAD_API);
    if (address.isPresent() && !WORKLOAD_API.matcher(address.get()).matches()) {
      mistake(ConfigKey.TLS_WORKLOAD_API);
    }
    if (address.isPresent()) {
      var alone = "must be left out where tls.workload-api is set";
      mistake(ConfigKey.TLS_CERTIFICATE_FILE, alone);
      mistake(ConfigKey.TLS_KEY_FILE, alone);
    }
    return address.map(WorkloadApi::new);
  }

  private Optional<CertificateOrigin> pemFiles() {
    var certificate = readable(ConfigKey.TLS_CERTIFICATE_FILE);
    var key = readable(ConfigKey.TLS_KEY_FILE);
    if (key.isEmpty()) {
      mistake(ConfigKey.TLS_CERTIFICATE_FILE, "needs tls.key-file beside it");
      return Optional.empty();
    }
    if (certificate.isEmpty()) {
      mistake(ConfigKey.TLS_KEY_FILE, "needs tls.certificate-file beside it");
      return Optional.empty();
    }
    return Optional.of(new PemFiles(certificate.get(), key.get()));
  }

  private Limits limits() {
    return new Limits(
        number(ConfigKey.REQUEST_BYTES, 16 << 20, 1 << 10, 1 << 30),
        number(ConfigKey.CONNECTIONS, 32_768, 1, 1_000_000),
        number(ConfigKey.ADMIN_CONNECTIONS, 1_024, 1, 1_000_000),
        Duration.ofSeconds(number(ConfigKey.DRAIN_SECONDS, 20, 0, 600)));
  }

  private Questions questions() {
    return new Questions(
        text(ConfigKey.QUARANTINE_MODEL),
        Duration.ofSeconds(number(ConfigKey.QUARANTINE_TIMEOUT_SECONDS, 60, 1, 600)));
  }

  private Store store(Path data) {
    var url = text(ConfigKey.STORE_URL).orElse("jdbc:h2:file:" + data.resolve("store"));
    var known = url.startsWith("jdbc:h2:") || url.startsWith("jdbc:postgresql:");
    if (!known || PASSWORD.matcher(url).find()) {
      mistake(ConfigKey.STORE_URL);
    }
    var passwordFile = readable(ConfigKey.STORE_PASSWORD_FILE);
    return new Store(
        url,
        text(ConfigKey.STORE_USER).orElse(url.startsWith("jdbc:h2:") ? "sa" : ""),
        passwordFile,
        number(ConfigKey.STORE_CONNECTIONS, 8, 2, 200));
  }

  /** The one of these whose name, in lower case, is given. */
  private <E extends Enum<E>> E choice(ConfigKey key, E[] values, E standard) {
    var given = text(key);
    if (given.isEmpty()) {
      return standard;
    }
    for (var value : values) {
      if (value.name().toLowerCase(Locale.ROOT).equals(given.get())) {
        return value;
      }
    }
    mistake(key);
    return standard;
  }

  private String host(ConfigKey key) {
    var given = text(key).orElse("127.0.0.1");
    if (!HOST.matcher(given).matches()) {
      mistake(key);
    }
    return given;
  }

  private int number(ConfigKey key, int standard, int least, int most) {
    var setting = settings.get(key);
    if (setting == null) {
      return standard;
    }
    var text = setting.text();
    if (NUMBER.matcher(text).matches()) {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return (int) number;
      }
    }
    mistake(key);
    return standard;
  }

  private Optional<Path> path(ConfigKey key) {
    try {
      return text(key).map(Path::of).map(Path::toAbsolutePath);
    } catch (InvalidPathException _) {
      mistake(key);
      return Optional.empty();
    }
  }

  private Optional<Path> readable(ConfigKey key) {
    var path = path(key);
    if (path.isPresent() && !Files.isReadable(path.get())) {
      mistake(key);
    }
    return path;
  }

  /** The one text of a key; nothing, if it was given without one. */
  private Optional<String> text(ConfigKey key) {
    var setting = settings.get(key);
    if (setting == null) {
      return Optional.empty();
    }
    if (setting.list() || setting.text().isEmpty()) {
      mistake(key);
      return Optional.empty();
    }
    return Optional.of(setting.text());
  }

  private List<String> texts(ConfigKey key, Predicate<String> valid) {
    var setting = settings.get(key);
    if (setting == null) {
      return List.of();
    }
    if (!setting.parts().stream().allMatch(valid)) {
      mistake(key);
    }
    return setting.parts();
  }

  private void mistake(ConfigKey key) {
    mistake(key, "must be " + key.rule());
  }

  private void mistake(ConfigKey key, String rule) {
    var setting = settings.get(key);
    if (setting != null) {
      var shown = key == ConfigKey.STORE_URL ? "" : setting.text();
      mistakes.add(new ConfigMistake(setting.source(), key.key(), shown, rule));
    }
  }
}
