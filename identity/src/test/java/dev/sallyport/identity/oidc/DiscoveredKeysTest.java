package dev.sallyport.identity.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.identity.testing.Warnings;
import io.helidon.http.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveredKeysTest {
  private static final String OPENID = "/tenant/.well-known/openid-configuration";
  private static final String OAUTH = "/.well-known/oauth-authorization-server/tenant";

  private final TestingClock clock = new TestingClock();
  private final SigningKey key = SigningKey.ec("issuer-1");
  private final Map<String, String> documents = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final TestingServer server =
      new TestingServer(routing ->
          routing.get(
              "/*",
              (request, response) -> {
                var path = request.path().path();
                asked.add(path);
                var document = documents.get(path);
                if (document == null) {
                  response.status(Status.NOT_FOUND_404).send();
                } else {
                  response.send(document);
                }
              }));
  private final String issuer = server.uri("/tenant").toString();
  private final RemoteKeys keys = RemoteKeys.of(issuer, clock);
  private final Logger log = Logger.getLogger(RemoteKeys.class.getName());
  private final Warnings told = new Warnings();

  @BeforeEach
  void listen() {
    log.addHandler(told);
  }

  @AfterEach
  void stop() {
    log.removeHandler(told);
    keys.close();
    server.close();
  }

  @Test
  void findsTheKeysByTheMetadataOfOpenIdConnect() throws Exception {
    publish(OPENID, issuer, server.uri("/keys").toString());

    assertThat(keys.find("issuer-1")).isPresent();
    assertThat(asked).containsExactly(OPENID, "/keys");
  }

  @Test
  void findsTheKeysByTheMetadataOfOAuth() throws Exception {
    publish(OAUTH, issuer, server.uri("/keys").toString());

    assertThat(keys.find("issuer-1")).isPresent();
    assertThat(asked).containsExactly(OPENID, OAUTH, "/keys");
  }

  @Test
  void followsTheMetadataToAnotherAddress() throws Exception {
    publish(OPENID, issuer, server.uri("/keys").toString());
    assertThat(keys.find("issuer-1")).isPresent();
    publish(OPENID, issuer, server.uri("/others").toString());
    documents.put(
        "/others", SigningKey.json(Map.of("keys", List.of(SigningKey.ec("b").publicJson()))));
    clock.advance(RemoteKeys.INTERVAL);

    assertThat(keys.find("b")).isPresent();
  }

  /** ID-43: metadata of one who only looks like the issuer. */
  @ParameterizedTest
  @ValueSource(strings = {"/", "x", "/tenant"})
  void takesNoMetadataOfAnotherIssuer(String more) {
    publish(OPENID, issuer + more, server.uri("/keys").toString());

    assertThatItCannotTell();
    assertThat(asked).containsExactly(OPENID);
  }

  /** ID-28. */
  @ParameterizedTest
  @ValueSource(
      strings = {"http://169.254.169.254/", "file:///etc/passwd", "", "keys", "http://10.0.0.1/"})
  void takesNoKeysFromAnAddressThatIsNotSafe(String address) {
    publish(OPENID, issuer, address);

    assertThatItCannotTell();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "<html>", "{}", ""})
  void takesNoMetadataThatIsNone(String text) {
    documents.put(OPENID, text);

    assertThatItCannotTell();
  }

  @Test
  void saysWhichIssuersKeysCannotBeHadAndWhyEachTimeThatItIsForAnotherReason() throws Exception {
    var home = server.uri("").toString();
    assertThatItCannotTell();
    clock.advance(RemoteKeys.INTERVAL);
    assertThatItCannotTell();
    documents.put(OPENID, "<html>");
    clock.advance(RemoteKeys.INTERVAL);
    assertThatItCannotTell();
    publish(OPENID, "https://other.example", server.uri("/keys").toString());
    clock.advance(RemoteKeys.INTERVAL);
    assertThatItCannotTell();

    assertThat(told.all())
        .containsExactly(
            "no keys of the issuer at %s: they cannot be fetched: %s answers with status 404, and %s answers with status 404"
                .formatted(issuer, home + OPENID, home + OAUTH),
            "no keys of the issuer at %s: they cannot be fetched: %s answers with what is no JSON, and %s answers with status 404"
                .formatted(issuer, home + OPENID, home + OAUTH),
            "no keys of the issuer at %s: they cannot be fetched: its metadata must name just this issuer, and names \"https://other.example\""
                .formatted(issuer));
  }

  /** What others write fills no log, and turns or breaks no line of it. */
  @Test
  void saysAFaultOnceWhateverTheMetadataNames() throws Exception {
    for (var name : List.of("https://a\u202e\u2028.example", "https://b.example")) {
      publish(OPENID, name, server.uri("/keys").toString());
      assertThatItCannotTell();
      clock.advance(RemoteKeys.INTERVAL);
    }
    for (var address : List.of("/gone/1\u202e", "/gone/2")) {
      publish(OPENID, issuer, server.uri("").toString() + address);
      assertThatItCannotTell();
      clock.advance(RemoteKeys.INTERVAL);
    }

    assertThat(told.all())
        .containsExactly(
            "no keys of the issuer at %s: they cannot be fetched: its metadata must name just this issuer, and names \"https://a\\u202e\\u2028.example\""
                .formatted(issuer),
            "no keys of the issuer at %s: they cannot be fetched: %s/gone/1\\u202e answers with status 404"
                .formatted(issuer, server.uri("")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "corp",
        "http://idp.example",
        "https://a@idp.example",
        "https://idp.example?a",
        "file:///etc"
      })
  void looksForNoMetadataWhereItIsNotSafe(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RemoteKeys.of(name, clock))
        .withMessageContaining("issuer must be");
  }

  private void publish(String path, String name, String address) {
    documents.put(path, SigningKey.json(Map.of("issuer", name, "jwks_uri", address)));
    documents.put("/keys", SigningKey.json(Map.of("keys", List.of(key.publicJson()))));
  }

  private void assertThatItCannotTell() {
    assertThatExceptionOfType(KeysUnavailableException.class)
        .isThrownBy(() -> keys.find("issuer-1"));
  }
}
