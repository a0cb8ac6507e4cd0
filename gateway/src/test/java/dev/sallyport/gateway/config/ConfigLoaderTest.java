package dev.sallyport.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.grant.Approvers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigLoaderTest {
  private static final Environment HOME = new Environment(Map.of("HOME", "/people/ada"));

  @TempDir private Path folder;

  @Test
  void hasADefaultForEveryKey() throws InvalidConfigException {
    assertThat(ConfigLoader.load(Optional.empty(), HOME, Map.of()))
        .isEqualTo(
            new GatewayConfig(
                Path.of("/people/ada/.local/share/sallyport"),
                new Listen("127.0.0.1", 8080),
                new Listen("127.0.0.1", 8081),
                Approvers.NONE,
                Optional.empty(),
                Optional.empty(),
                List.of("http://127.0.0.1:8080"),
                new Svids(OtherAudiences.REFUSED, Duration.ofHours(1)),
                Set.of(),
                Optional.empty(),
                new Limits(16_777_216, 32_768, 1_024, Duration.ofSeconds(20)),
                new Store(
                    "jdbc:h2:file:/people/ada/.local/share/sallyport/store",
                    "sa",
                    Optional.empty(),
                    8),
                Path.of("/people/ada/.local/share/sallyport/kek.json"),
                new Questions(Optional.empty(), Duration.ofMinutes(1)),
                LogLevel.INFO));
  }

  @Test
  void readsEveryKeyOfAFile() throws IOException, InvalidConfigException {
    var password = Files.writeString(folder.resolve("password"), "x");
    var certificate = Files.writeString(folder.resolve("tls.crt"), "x");
    var key = Files.writeString(folder.resolve("tls.key"), "x");
    var file =
        file(
            """
            data: /var/lib/sallyport
            listen: {host: 0.0.0.0, port: 80}
            admin:
              host: "::1"
              port: 81
              approvers: ["oidc://corp/ada%%40example.org", "spiffe://prod/person/eve"]
            tls:
              certificate-file: %s
              key-file: %s
              client-auth: required
              connection-minutes: 5
            public-url: https://gate.example
            audience: [spiffe://prod/sallyport, "https://gate.example"]
            svid: {other-audiences: allowed, max-minutes: 1440}
            allowed-origins: ["https://app.example"]
            dpop: {nonce-seconds: 3600}
            limits: {request-bytes: 1024, connections: 1000000, admin-connections: 16}
            drain-seconds: 600
            store:
              url: jdbc:postgresql://db/sallyport
              user: sallyport
              password-file: %s
              connections: 200
            vault: {key-file: /run/secrets/kek.json}
            quarantine: {model: reader, timeout-seconds: 5}
            log-level: debug
            """
                .formatted(certificate, key, password));

    assertThat(ConfigLoader.load(Optional.of(file), HOME, Map.of()))
        .isEqualTo(
            new GatewayConfig(
                Path.of("/var/lib/sallyport"),
                new Listen("0.0.0.0", 80),
                new Listen("::1", 81),
                new Approvers(
                    Set.of(
                        new PrincipalId("oidc://corp/ada%40example.org"),
                        new PrincipalId("spiffe://prod/person/eve"))),
                Optional.of(
                    new Tls(
                        new PemFiles(certificate, key),
                        ClientAuth.REQUIRED,
                        Duration.ofMinutes(5))),
                Optional.of(URI.create("https://gate.example")),
                List.of("spiffe://prod/sallyport", "https://gate.example"),
                new Svids(OtherAudiences.ALLOWED, Duration.ofDays(1)),
                Set.of("https://app.example"),
                Optional.of(Duration.ofHours(1)),
                new Limits(1_024, 1_000_000, 16, Duration.ofMinutes(10)),
                new Store(
                    "jdbc:postgresql://db/sallyport", "sallyport", Optional.of(password), 200),
                Path.of("/run/secrets/kek.json"),
                new Questions(Optional.of("reader"), Duration.ofSeconds(5)),
                LogLevel.DEBUG));
  }

  @Test
  void asksForCertificatesAndNamesItselfByHttpsWhereTlsIsOn() throws InvalidConfigException {
    var api = "unix:/run/spire/agent.sock";

    var config = ConfigLoader.load(Optional.empty(), HOME, Map.of(ConfigKey.TLS_WORKLOAD_API, api));

    assertThat(config.tls())
        .contains(new Tls(new WorkloadApi(api), ClientAuth.OPTIONAL, Duration.ofHours(1)));
    assertThat(config.audiences()).containsExactly("https://127.0.0.1:8080");
    assertThat(config.dataUrl(9)).isEqualTo(URI.create("https://127.0.0.1:9"));
    assertThat(config.adminUrl(9)).isEqualTo(URI.create("http://127.0.0.1:9"));
  }

  /** RFC 9728: the resource that the metadata names is the one that tokens are to be for. */
  @Test
  void isTheAudienceAtItsPublicAddressUnlessAnotherIsGiven() throws InvalidConfigException {
    var flags = Map.of(ConfigKey.PUBLIC_URL, "https://gate.example");
    assertThat(ConfigLoader.load(Optional.empty(), HOME, flags).audiences())
        .containsExactly("https://gate.example");

    var both =
        Map.of(ConfigKey.PUBLIC_URL, "https://gate.example", ConfigKey.AUDIENCE, "sallyport");
    assertThat(ConfigLoader.load(Optional.empty(), HOME, both).audiences())
        .containsExactly("sallyport");
  }

  @Test
  void takesAFlagBeforeAVariableBeforeAFileBeforeADefault()
      throws IOException, InvalidConfigException {
    var file = file("listen: {port: 1}\nadmin: {port: 1}\ndrain-seconds: 1\n");
    var environment =
        new Environment(
            Map.of("SALLYPORT_LISTEN_PORT", "2", "SALLYPORT_ADMIN_PORT", "2", "HOME", "/h"));

    var config =
        ConfigLoader.load(Optional.of(file), environment, Map.of(ConfigKey.LISTEN_PORT, "3"));

    assertThat(config.listen().port()).isEqualTo(3);
    assertThat(config.admin().port()).isEqualTo(2);
    assertThat(config.limits().drain()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.logLevel()).isEqualTo(LogLevel.INFO);
  }

  @Test
  void keepsDataWhereTheDesktopStandardSays() throws InvalidConfigException {
    var environment = new Environment(Map.of("XDG_DATA_HOME", "/xdg", "HOME", "/people/ada"));

    assertThat(ConfigLoader.load(Optional.empty(), environment, Map.of()).data())
        .isEqualTo(Path.of("/xdg/sallyport"));
  }

  @ParameterizedTest
  @CsvSource({
    "SALLYPORT_PROT, SALLYPORT_LISTEN_PORT",
    "SALLYPORT_PORT, SALLYPORT_LISTEN_PORT",
    "SALLYPORT_ADMIN_PROT, SALLYPORT_ADMIN_PORT",
    "SALLYPORT_DTAA, SALLYPORT_DATA",
    "SALLYPORT_ZZZZ, ''"
  })
  void namesTheVariableThatWasProbablyMeant(String written, String meant) {
    var environment = new Environment(Map.of(written, "1", "HOME", "/h"));

    assertThatThrownBy(() -> ConfigLoader.load(Optional.empty(), environment, Map.of()))
        .hasMessage(
            "environment: "
                + written
                + " is not a key"
                + (meant.isEmpty() ? "" : "; did you mean " + meant + "?"));
  }

  @Test
  void tellsEveryMistakeAtOnceWithItsPlaceKeyValueAndRule() throws IOException {
    var file = file("lisen:\n  port: 1\nadmin:\n  port: ninety\n");
    var environment =
        new Environment(Map.of("SALLYPORT_DRAIN_SECOND", "3", "SALLYPORT_LOG_LEVEL", "loud"));

    assertThatThrownBy(() ->
            ConfigLoader.load(
                Optional.of(file), environment, Map.of(ConfigKey.LISTEN_PORT, "65536")))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            file
                + ":2: lisen.port is not a key; did you mean listen.port?\n"
                + "environment: SALLYPORT_DRAIN_SECOND is not a key;"
                + " did you mean SALLYPORT_DRAIN_SECONDS?\n"
                + "--port: listen.port is \"65536\", must be a whole number from 0 to 65535\n"
                + file
                + ":4: admin.port is \"ninety\", must be a whole number from 0 to 65535\n"
                + "SALLYPORT_LOG_LEVEL: log-level is \"loud\","
                + " must be one of error, warning, info, debug");
  }

  @Test
  void leavesVariablesOfTheStartScriptAlone() {
    var environment =
        new Environment(Map.of("SALLYPORT_JAVA_HOME", "/jdk", "SALLYPORT_JAVA_OPTS", "x"));

    assertThat(environment.toString()).doesNotContain("/jdk");
    assertThatCode(() -> ConfigLoader.load(Optional.empty(), environment, Map.of()))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource
  void refuses(String text, String mistake) throws IOException {
    var file = file(text);

    assertThatThrownBy(() -> ConfigLoader.load(Optional.of(file), HOME, Map.of()))
        .isInstanceOf(InvalidConfigException.class)
        .message()
        .contains(mistake);
  }

  static Stream<Arguments> refuses() {
    return Stream.of(
        Arguments.of("listen: {port: -1}", "listen.port is \"-1\""),
        Arguments.of("listen: {port: 80.5}", "listen.port is \"80.5\""),
        Arguments.of("listen: {port: [80, 81]}", "listen.port is \"80, 81\""),
        Arguments.of("listen: {host: 'a b'}", "listen.host is \"a b\""),
        Arguments.of("limits: {request-bytes: 1023}", "from 1024 to"),
        Arguments.of("limits: {request-bytes: 1073741825}", "from 1024 to"),
        Arguments.of("limits: {connections: 0}", "from 1 to 1000000"),
        Arguments.of("limits: {connections: 1000001}", "from 1 to 1000000"),
        Arguments.of("limits: {admin-connections: 0}", "from 1 to 1000000"),
        Arguments.of("limits: {admin-connections: -1}", "from 1 to 1000000"),
        Arguments.of("drain-seconds: 601", "from 0 to 600"),
        Arguments.of("dpop: {nonce-seconds: 3601}", "from 0 to 3600"),
        Arguments.of("dpop: {nonce-seconds: -1}", "from 0 to 3600"),
        Arguments.of("store: {connections: 1}", "from 2 to 200"),
        Arguments.of("store: {url: 'jdbc:mysql://db/x'}", "must be a JDBC URL"),
        Arguments.of("store: {url: 'jdbc:postgresql://db/x?password=pw'}", "holds no password"),
        Arguments.of("store: {url: 'jdbc:postgresql://u:pw@db/x'}", "holds no password"),
        Arguments.of("store: {password-file: /no/such/file}", "a file that can be read"),
        Arguments.of("allowed-origins: ['https://app.example/']", "allowed-origins"),
        Arguments.of("public-url: ftp://gate.example", "public-url"),
        Arguments.of("tls: {certificate-file: /no/such/file}", "a file that can be read"),
        Arguments.of("tls: {certificate-file: /etc/hostname}", "needs tls.key-file beside it"),
        Arguments.of("tls: {key-file: /etc/hostname}", "needs tls.certificate-file beside it"),
        Arguments.of("tls: {client-auth: required}", "tls.workload-api, beside it"),
        Arguments.of("tls: {connection-minutes: 5}", "tls.workload-api, beside it"),
        Arguments.of("tls: {connection-minutes: 0}", "from 1 to 1440"),
        Arguments.of("tls: {connection-minutes: 1441}", "from 1 to 1440"),
        Arguments.of("tls: {client-auth: maybe}", "one of none, optional, required"),
        Arguments.of("tls: {workload-api: /run/agent.sock}", "unix:/path or tcp://IP:port"),
        Arguments.of(
            "tls: {workload-api: 'unix:/a', key-file: /etc/hostname}", "must be left out where"),
        Arguments.of("audience: []", "at least one"),
        Arguments.of("admin: {approvers: []}", "sallyport.yaml:1: admin.approvers must be spiffe"),
        Arguments.of("admin: {approvers: ['*']}", "a * has no meaning here"),
        Arguments.of("admin: {approvers: [ada]}", "must be spiffe://DOMAIN/PATH"),
        Arguments.of("admin: {approvers: ['sallyport:admin']}", "must be spiffe://DOMAIN/PATH"),
        Arguments.of("admin: {approvers: ['oidc://corp/a@b']}", "must be percent-encoded"),
        Arguments.of("admin: {aprovers: [a]}", "did you mean admin.approvers?"),
        Arguments.of("listen: {port: 9}\nadmin: {port: 9}", "admin.port is \"9\", must differ"),
        Arguments.of("quarantine: {timeout-seconds: 0}", "from 1 to 600"),
        Arguments.of("quarantine: {timeout-seconds: 601}", "from 1 to 600"),
        Arguments.of("quarantine: {model: }", "quarantine.model must be the alias"),
        Arguments.of("data: 1\ndata: 2", "given twice"),
        Arguments.of("listen: {port: 1}\nlisten.port: 2", "listen.port is given twice"),
        Arguments.of("listen: *port", "anchors and aliases"),
        Arguments.of("- data", "must hold keys and values"));
  }

  @Test
  void doesNotShowTheAddressOfAStoreThatMayHoldAPassword() throws IOException {
    var file = file("store: {url: 'jdbc:postgresql://db/x?user=u&password=hunter2'}");

    assertThatThrownBy(() -> ConfigLoader.load(Optional.of(file), HOME, Map.of()))
        .message()
        .doesNotContain("hunter2");
  }

  @Test
  void saysThatTheFileIsNotThere() {
    var file = folder.resolve("none.yaml");

    assertThatThrownBy(() -> ConfigLoader.load(Optional.of(file), HOME, Map.of()))
        .hasMessageContaining("--config: " + file + " is not there");
  }

  @Test
  void givesEveryKeyItsOwnVariableAndFlag() {
    assertThat(Arrays.stream(ConfigKey.values()).map(ConfigKey::variable)).doesNotHaveDuplicates();
    assertThat(Arrays.stream(ConfigKey.values()).map(ConfigKey::flag))
        .doesNotHaveDuplicates()
        .contains("--port", "--admin-port", "--data");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("sallyport.yaml"), text);
  }
}
