package dev.sallyport.gateway.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Every key of the configuration: its name, its default, what it takes, and what it does. */
public enum ConfigKey {
  DATA(
      "data",
      "$XDG_DATA_HOME/sallyport, or ~/.local/share/sallyport",
      "a directory",
      "Where the store, the evidence, the keys and the admin token are. Made with mode 0700 if it"
          + " is not there."),
  LISTEN_HOST("listen.host", "127.0.0.1", "a host name or address", "Where agents connect."),
  LISTEN_PORT(
      "listen.port",
      "8080",
      "a whole number from 0 to 65535",
      "The port for agents; 0 takes any free one."),
  ADMIN_HOST("admin.host", "127.0.0.1", "a host name or address", "Where administrators connect."),
  ADMIN_PORT(
      "admin.port",
      "8081",
      "a whole number from 0 to 65535",
      "The port for administrators; 0 takes any free one."),
  ADMIN_APPROVERS(
      "admin.approvers",
      "nobody: the admin token approves",
      "spiffe://DOMAIN/PATH or oidc://ISSUER/SUBJECT, percent-encoded, at least one",
      "Who decides held calls at the control plane, each by a token of its own. With it the admin"
          + " token approves no call."),
  TLS_CERTIFICATE_FILE(
      "tls.certificate-file",
      "none",
      "a file that can be read",
      "A PEM file with the certificate that agents are shown, then those that certify it. With it"
          + " agents are listened to by TLS 1.3 only. Read again when it changes."),
  TLS_KEY_FILE(
      "tls.key-file",
      "none",
      "a file that can be read",
      "The PEM file with the private key of that certificate. Read again when it changes."),
  TLS_WORKLOAD_API(
      "tls.workload-api",
      "none",
      "unix:/path or tcp://IP:port",
      "Instead of the files: the SPIFFE Workload API that gives the gateway its own X.509-SVID."),
  TLS_CLIENT_AUTH(
      "tls.client-auth",
      "optional where TLS is on",
      "one of none, optional, required",
      "Whether agents are asked for a certificate. required refuses each request without one, but"
          + " for probes and metadata."),
  TLS_CONNECTION_MINUTES(
      "tls.connection-minutes",
      "60",
      "a whole number from 1 to 1440",
      "How old a TLS connection may be: an older one is closed after its next answer. A TLS session"
          + " is resumed no longer."),
  PUBLIC_URL(
      "public-url",
      "the address that each request was sent to",
      "http or https, a host, and at most a port",
      "The address at which agents reach the gateway. To be set wherever that is not this"
          + " machine."),
  AUDIENCE(
      "audience",
      "public-url; without it http://<listen.host>:<listen.port>, or https where TLS is on",
      "texts without spaces, at least one",
      "What a JWT-SVID must name as its audience; it names at least one of these."),
  SVID_MINUTES(
      "svid.max-minutes",
      "60",
      "a whole number from 1 to 1440",
      "How far away the end of a JWT-SVID may be at most."),
  SVID_OTHER_AUDIENCES(
      "svid.other-audiences",
      "refused",
      "one of refused, allowed",
      "Whether a JWT-SVID may name other audiences beside this gateway. Each of them could use the"
          + " token here."),
  ALLOWED_ORIGINS(
      "allowed-origins",
      "none",
      "origins such as https://app.example",
      "Which web pages' browsers may connect. A request with any other Origin is refused."),
  DPOP_NONCE_SECONDS(
      "dpop.nonce-seconds",
      "0",
      "a whole number from 0 to 3600",
      "How long a nonce is given out that the proofs of tokens bound to a key must hold (RFC 9449);"
          + " it is taken for as long again. 0 asks for none."),
  REQUEST_BYTES(
      "limits.request-bytes",
      "16777216",
      "a whole number from 1024 to 1073741824",
      "The most bytes of body that a request may have."),
  CONNECTIONS(
      "limits.connections",
      "32768",
      "a whole number from 1 to 1000000",
      "The most connections of agents at a time; who comes beyond that waits until one ends. Each"
          + " open stream has one, and each takes a file descriptor."),
  ADMIN_CONNECTIONS(
      "limits.admin-connections",
      "1024",
      "a whole number from 1 to 1000000",
      "The most connections of administrators at a time, likewise."),
  DRAIN_SECONDS(
      "drain-seconds",
      "20",
      "a whole number from 0 to 600",
      "How long requests under way may go on once the gateway is told to stop."),
  STORE_URL(
      "store.url",
      "an H2 file in the data directory",
      "a JDBC URL that begins with jdbc:h2: or jdbc:postgresql: and holds no password",
      "The database for everything but evidence."),
  STORE_USER("store.user", "sa on H2", "a text", "Who to be at the database."),
  STORE_PASSWORD_FILE(
      "store.password-file",
      "none",
      "a file that can be read",
      "A file whose first line is the password for the database."),
  STORE_CONNECTIONS(
      "store.connections",
      "8",
      "a whole number from 2 to 200",
      "The most connections to the database at a time."),
  VAULT_KEY_FILE(
      "vault.key-file",
      "kek.json in the data directory",
      "a file",
      "The key that seals secrets; made if it is not there and nothing is sealed yet. All gateways"
          + " on one database need the same."),
  QUARANTINE_MODEL(
      "quarantine.model",
      "none",
      "the alias of a Deployment",
      "The model that answers q_ask and q_extract and writes for q_map. Without it they find no"
          + " answer."),
  QUARANTINE_TIMEOUT_SECONDS(
      "quarantine.timeout-seconds",
      "60",
      "a whole number from 1 to 600",
      "How long that model may take for one answer."),
  LOG_LEVEL(
      "log-level",
      "info",
      "one of error, warning, info, debug",
      "How much is logged to standard error.");

  /** How every variable begins. */
  static final String PREFIX = "SALLYPORT_";

  private final String key;
  private final String standard;
  private final String rule;
  private final String meaning;

  ConfigKey(String key, String standard, String rule, String meaning) {
    this.key = key;
    this.standard = standard;
    this.rule = rule;
    this.meaning = meaning;
  }

  /** The name in a file, such as {@code listen.port}. */
  public String key() {
    return key;
  }

  /** The name in the environment, such as {@code SALLYPORT_LISTEN_PORT}. */
  public String variable() {
    return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The name on the command line, such as {@code --port}. */
  public String flag() {
    var name = key.startsWith("listen.") ? key.substring("listen.".length()) : key;
    return "--" + name.replace('.', '-');
  }

  /** What holds where nothing is set, in words. */
  public String standard() {
    return standard;
  }

  /** What the key takes, in words. */
  public String rule() {
    return rule;
  }

  /** What the key does. */
  public String meaning() {
    return meaning;
  }

  static Optional<ConfigKey> named(String key) {
    return Arrays.stream(values()).filter(one -> one.key.equals(key)).findFirst();
  }

  static Optional<ConfigKey> ofVariable(String variable) {
    return Arrays.stream(values()).filter(one -> one.variable().equals(variable)).findFirst();
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(ConfigKey::key).toList();
  }

  /** Each variable, by what may be written for it after the prefix: its name, or the flag's. */
  static Map<String, String> variables() {
    var variables = new LinkedHashMap<String, String>();
    for (var key : values()) {
      variables.put(key.variable().substring(PREFIX.length()), key.variable());
    }
    for (var key : values()) {
      var flag = key.flag().substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
      variables.putIfAbsent(flag, key.variable());
    }
    return variables;
  }
}
