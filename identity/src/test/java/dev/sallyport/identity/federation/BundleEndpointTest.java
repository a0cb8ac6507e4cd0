package dev.sallyport.identity.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.svid.BundleSource.Awaited;
import dev.sallyport.identity.svid.BundleSource.Known;
import dev.sallyport.identity.testing.TestingBundleEndpoint;
import dev.sallyport.identity.token.KeySet;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleEndpointTest extends EndpointScene {
  @Test
  void knowsWhatTheEndpointPublishes() {
    assertThat(endpoint.state()).isEqualTo(new Awaited());
    server.publish(document(7, 60, "a"));
    endpoint.start();

    assertThat(known().jwtKeys().byId()).containsOnlyKeys("a");
    assertThat(known().x509Authorities()).containsExactly(ca.certificate());
    assertThat(endpoint.heardAt()).contains(clock.instant());
    assertThat(changes).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({"60, 60", "29, 30", "0, 30", "3600, 3600", "3601, 3600", "9223372036854775807, 3600"})
  void comesBackWhenTheBundleSaysButNeitherTooOftenNorTooSeldom(long hint, int seconds) {
    server.publish(document(1, hint, "a"));
    endpoint.start();
    clock.advance(Duration.ofSeconds(seconds).minusNanos(1));
    endpoint.tick();
    assertThat(server.requests()).isEqualTo(1);

    clock.advance(Duration.ofNanos(1));
    endpoint.tick();
    assertThat(server.requests()).isEqualTo(2);
    assertThat(changes).hasValue(1);
  }

  /** A clock that was ahead is put right: the next poll is not a year away. */
  @Test
  void comesBackOnceTheClockWasSetBack() {
    server.publish(document(1, 60, "a"));
    endpoint.start();
    clock.advance(Duration.ofDays(-365));
    endpoint.tick();
    assertThat(server.requests()).isEqualTo(2);
  }

  @Test
  void comesBackAfterFiveMinutesWhereTheBundleDoesNotSay() {
    server.publish("{\"keys\":[]}");
    endpoint.start();
    clock.advance(Duration.ofSeconds(299));
    endpoint.tick();
    assertThat(server.requests()).isEqualTo(1);

    clock.advance(Duration.ofSeconds(1));
    endpoint.tick();
    assertThat(server.requests()).isEqualTo(2);
  }

  /** ID-26: revoked keys are gone with the next poll, all of them too. */
  @Test
  void takesABundleThatRevokesKeysOrAllOfThem() {
    published(document(1, 60, "a", "b"));
    published(document(2, 60, "b"));
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("b");

    published("{\"spiffe_sequence\":3,\"keys\":[]}");
    assertThat(known().isEmpty()).isTrue();
    assertThat(changes).hasValue(3);
  }

  @Test
  void takesTheSameSequenceAndNoneThatGoesBack() {
    published(document(8, 60, "a"));
    published(document(7, 60, "b"));
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("a");

    published(document(8, 60, "c"));
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("c");
    published(document(9, 60, "d"));
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("d");
  }

  /** A document that does not count would be the way round: 8, then none, then 5. */
  @Test
  void takesNoBundleWithoutASequenceOnceOneWasSeen() {
    published("{\"keys\":[]}");
    assertThat(known().isEmpty()).isTrue();
    published(document(8, 60, "a"));

    published("{\"keys\":[]}");
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("a");
    published(document(5, 60, "b"));
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>sign in</html>",
        "[]",
        "{\"keys\":{}}",
        "{\"spiffe_sequence\":1,\"keys\":[]}",
        "{\"spiffe_sequence\":\"9\",\"keys\":[]}",
        "{\"keys\":[{\"kty\":\"EC\",\"d\":\"AA\"}]}"
      })
  void keepsTheLastGoodBundleWhereWhatComesIsNone(String document) {
    published(document(5, 60, "a"));
    published(document);

    assertThat(known().jwtKeys().byId()).containsOnlyKeys("a");
    assertThat(endpoint.heardAt()).contains(clock.instant().minus(BundleEndpoint.DEFAULT_INTERVAL));
  }

  @Test
  void readsADocumentOfTheGreatestLengthAndNoneThatIsLonger() {
    published(padded(document(1, 60, "a"), KeySet.MAX_BYTES));
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("a");
    published(padded(document(2, 60, "b"), KeySet.MAX_BYTES + 1));

    assertThat(known().jwtKeys().byId()).containsOnlyKeys("a");
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 304, 401, 404, 500, 503})
  void takesNoAnswerButTheOneThatIsGood(int status) {
    published(document(1, 60, "a"));
    server.answer(status, Map.of(), status == 204 || status == 304 ? "" : "{}");
    later();

    assertThat(known().jwtKeys().byId()).containsOnlyKeys("a");
  }

  /** ID-28. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://169.254.169.254/latest",
        "https://[::ffff:169.254.169.254]/",
        "https://100.100.100.200/",
        "http://127.0.0.1/",
        "https://user:secret@127.0.0.1/",
        "https:///nowhere",
        "file:///etc/passwd",
        "https://[",
        "https://0.0.0.0/"
      })
  void followsNoRedirectToWhereNoEndpointMayBe(String location) {
    published(document(1, 60, "a"));
    server.answer(302, Map.of("Location", location), "");
    later();

    assertThat(known().jwtKeys().byId()).containsOnlyKeys("a");
    assertThat(server.requests()).isEqualTo(2);
  }

  @Test
  void followsARedirectToAServerThatProvesItselfAlikeAndForgetsItAfter() {
    try (var other = new TestingBundleEndpoint(webCa.server("127.0.0.1"))) {
      other.publish(document(1, 60, "moved"));
      server.answer(307, Map.of("Location", other.url()), "");
      endpoint.start();
      assertThat(known().jwtKeys().byId()).containsOnlyKeys("moved");

      published(document(2, 60, "back"));
      assertThat(known().jwtKeys().byId()).containsOnlyKeys("back");
      assertThat(other.requests()).isEqualTo(1);

      other.show(webCa.server("192.0.2.1"));
      other.publish(document(3, 60, "stolen"));
      server.answer(307, Map.of("Location", other.url()), "");
      later();
      assertThat(known().jwtKeys().byId()).containsOnlyKeys("back");
    }
  }

  @Test
  void givesUpARedirectThatNeverEnds() {
    server.answer(302, Map.of("Location", "/again"), "");
    endpoint.start();

    assertThat(endpoint.state()).isEqualTo(new Awaited());
    assertThat(server.requests()).isEqualTo(1 + EndpointClient.MAX_REDIRECTS);
  }

  @Test
  void waitsNoLongerForAnAnswerThanItMay() {
    published(document(1, 60, "a"));
    server.fallSilent();
    try (var hasty = endpoint(WebServerTrust.ofFile(caFile), Duration.ofSeconds(3))) {
      assertThat(hasty.state()).isInstanceOf(Known.class);
      hasty.start();

      assertThat(hasty.state()).isEqualTo(endpoint.state());
      assertThat(server.requests()).isEqualTo(2);
    }
  }

  /** ID-28: a failed poll waits for the next; what was good stays, over a restart too. */
  @Test
  void keepsTheLastGoodBundleWhileTheEndpointIsDownAndOverARestart() throws Exception {
    published(document(4, 60, "a"));
    var heard = clock.instant();
    server.close();
    later();
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("a");
    assertThat(endpoint.heardAt()).contains(heard);

    endpoint.close();
    endpoint = endpoint(WebServerTrust.ofFile(caFile));
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("a");
    assertThat(endpoint.heardAt()).contains(heard);
    endpoint.start();
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("a");
  }

  @Test
  void letsNoOlderBundleInAfterARestart() {
    published(document(4, 60, "a"));
    endpoint.close();
    endpoint = endpoint(WebServerTrust.ofFile(caFile));
    published(document(3, 60, "old"));
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("a");
    published("{\"keys\":[]}");

    assertThat(known().jwtKeys().byId()).containsOnlyKeys("a");
  }

  @Test
  void keepsTheBundleInAFileThatOnlyItsOwnerReads() throws Exception {
    published(document(4, 60, "a"));
    try (var files = Files.list(directory.resolve("bundles"))) {
      assertThat(files)
          .singleElement()
          .satisfies(file ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                  .isEqualTo("rw-------"));
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("bundles"))))
        .isEqualTo("rwx------");
  }

  /** ID-25: nothing is left of a domain that is trusted no longer. */
  @Test
  void forgetsWhatItKept() throws Exception {
    published(document(4, 60, "a"));
    endpoint.forget();
    later();
    try (var files = Files.list(directory.resolve("bundles"))) {
      assertThat(files).isEmpty();
    }
    assertThat(server.requests()).isEqualTo(1);
    assertThat(endpoint(WebServerTrust.ofFile(caFile)).state()).isEqualTo(new Awaited());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "{\"keys\":[{\"d\":\"AA\"}]}"})
  void startsWithoutWhatItKeptWhereThatIsBroken(String broken) throws Exception {
    published(document(4, 60, "a"));
    try (var files = Files.list(directory.resolve("bundles"))) {
      Files.writeString(files.findFirst().orElseThrow(), broken);
    }

    assertThat(endpoint(WebServerTrust.ofFile(caFile)).state()).isEqualTo(new Awaited());
  }
}
