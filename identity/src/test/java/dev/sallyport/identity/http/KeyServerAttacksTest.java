package dev.sallyport.identity.http;

import static dev.sallyport.identity.testing.TestingDoor.US;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.testing.RecordingEvidence.Event;
import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingIssuer;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Attacks by way of the keys of an issuer, at the door of the data plane: ID-27 and ID-28. */
class KeyServerAttacksTest {
  private static final String AGENT = "oidc://corp/agent-7";
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final int FLOODERS = 2;
  private static final int KNOWN = 200;

  private final Attacked attacked = new Attacked();
  private final TestingIssuer issuer = new TestingIssuer(attacked.clock);

  @AfterEach
  void close() {
    issuer.close();
    attacked.close();
  }

  @BeforeEach
  void trust() {
    issuer.answer(Status.SERVICE_UNAVAILABLE_503);
    attacked.door.apply(
        "Issuer",
        "corp",
        "{'issuer':'%s','jwksUri':'%s','audience':'%s','algorithms':['ES256']}"
            .formatted(issuer.issuer(), issuer.jwksUri(), US));
  }

  /** ID-27: within one interval, after which a new key is taken though the flood goes on. */
  @Test
  void isNotHeldUpByAFloodOfUnknownKeys() throws Exception {
    publish();
    attacked.takes(token(), AGENT, "access-token");
    attacked.clock.advance(INTERVAL);
    int before = issuer.fetches();
    int recorded = attacked.door.evidence().records().size();
    for (int i = 0; i < 300; i++) {
      var answer = attacked.door.get("/mcp", "Authorization", "Bearer " + unknown("flood-" + i));
      assertThat(answer.statusCode()).isIn(401, 503);
      assertThat(answer.body())
          .contains(answer.statusCode() == 401 ? "\"unauthenticated\"" : "\"unavailable\"");
      if (i % 50 == 0) {
        attacked.takes(token(), AGENT, "access-token");
      }
    }
    assertThat(issuer.fetches()).isEqualTo(before + 1);
    var records = attacked.door.evidence().records();
    assertThat(records.subList(recorded, records.size()))
        .hasSize(FullRecords.IN_FULL) // and the others as a number, a minute later
        .allSatisfy(record ->
            assertThat(record)
                .isInstanceOfSatisfying(
                    Event.class,
                    event -> {
                      assertThat(event.type()).isEqualTo(RefusedAuthentications.EVENT);
                      assertThat(event.facts().path("reason").asText())
                          .isIn("unknown_key", "unavailable");
                    }));
    assertThat(attacked.door.metrics().stream().filter(each -> each.startsWith("refused")))
        .hasSizeGreaterThanOrEqualTo(300)
        .allMatch(each -> List.of("refused unknown_key", "refused unavailable").contains(each));

    issuer.add(SigningKey.ec("issuer-2"));
    attacked.clock.advance(INTERVAL);
    var flood = attacked.door.get("/mcp", "Authorization", "Bearer " + unknown("flood"));
    assertThat(flood.statusCode()).isEqualTo(401);
    attacked.takes(token(), AGENT, "access-token");
    assertThat(issuer.fetches()).isEqualTo(before + 2);
  }

  /** ID-27: what is known to be absent is refused; what is not known is not said to be wrong. */
  @Test
  void tellsAnUnknownKeyFromOneThatCannotBeLookedFor() throws Exception {
    publish();
    attacked.refuses(unknown("nobody"), "unknown_key");
    attacked.refuses(unknown("somebody"), "unknown_key");
    var answer = attacked.door.get("/mcp", "Authorization", "Bearer " + unknown("late"));
    assertThat(answer.statusCode()).isEqualTo(401);
    cannotTell(unknown("later"));
  }

  /** ID-27: a flood from many at once, while those who are known come and go. */
  @Test
  void answersThoseWhoAreKnownInTimeWhileAFloodGoesOn() throws Exception {
    publish();
    attacked.takes(token(), AGENT, "access-token");
    var over = new AtomicBoolean();
    var tried = new AtomicInteger();
    var nanos = new long[KNOWN];
    try (var flood = Executors.newFixedThreadPool(FLOODERS)) {
      for (int thread = 0; thread < FLOODERS; thread++) {
        flood.execute(() -> {
          while (!over.get()) {
            attacked.door.verify(unknown("flood-" + tried.incrementAndGet()));
          }
        });
      }
      for (int i = 0; i < nanos.length; i++) {
        if (i % 50 == 0) {
          attacked.clock.advance(INTERVAL); // and one look for unknown keys, which takes its time
        }
        long before = System.nanoTime();
        var answer = attacked.door.get("/mcp", "Authorization", "Bearer " + token());
        nanos[i] = System.nanoTime() - before;
        assertThat(answer.body()).isEqualTo(AGENT);
      }
      over.set(true);
    }
    Arrays.sort(nanos);

    assertThat(tried).hasValueGreaterThan(KNOWN);
    assertThat(Duration.ofNanos(nanos[KNOWN * 99 / 100])).isLessThan(Duration.ofSeconds(5));
    assertThat(issuer.fetches()).isBetween(2, 2 + 1 + KNOWN / 50);
  }

  /** ID-28: slow. Those who are known are taken all the while, and others told to come again. */
  @Test
  void isNotHeldUpByKeysThatDoNotCome() throws Exception {
    publish();
    attacked.takes(token(), AGENT, "access-token");
    var end = new CountDownLatch(1);
    issuer.answer(response -> {
      try {
        assertThat(end.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      response.send(issuer.jwks());
    });
    attacked.clock.advance(INTERVAL);
    try {
      cannotTell(unknown("issuer-2"));
      attacked.takes(token(), AGENT, "access-token");
    } finally {
      end.countDown();
    }
  }

  /** ID-28. */
  @Test
  void saysThatItCannotTellWhereTheKeysCannotBeHad() throws Exception {
    var elsewhere = new TestingIssuer(attacked.clock);
    for (Consumer<ServerResponse> bad :
        List.<Consumer<ServerResponse>>of(
            response -> response.status(Status.INTERNAL_SERVER_ERROR_500).send(),
            response ->
                response
                    .status(Status.FOUND_302)
                    .header("Location", elsewhere.jwksUri().toString())
                    .send(),
            response -> response.send("<html>not keys</html>"),
            response -> response.send("{\"keys\":[" + " ".repeat(60 * 1024) + "]}"),
            response ->
                response
                    .status(Status.FOUND_302)
                    .header("Location", "http://169.254.169.254/latest/meta-data")
                    .send())) {
      issuer.answer(bad);
      attacked.clock.advance(INTERVAL);
      cannotTell(token());
    }
    assertThat(elsewhere.fetches()).isZero(); // no keys are had from where a redirect leads
    elsewhere.close();
    publish();
    attacked.takes(token(), AGENT, "access-token");
  }

  /** ID-28: nothing listens where the keys should be. */
  @Test
  void saysThatItCannotTellWhereConnectionsAreRefused() throws Exception {
    var gone = new TestingIssuer(attacked.clock);
    var keys = gone.jwksUri();
    gone.close();
    attacked.door.apply(
        "Issuer",
        "corp",
        "{'issuer':'%s','jwksUri':'%s','audience':'%s','algorithms':['ES256']}"
            .formatted(gone.issuer(), keys, US));

    cannotTell(gone.token("agent-7", US));
    assertThat(gone.fetches()).isZero();
  }

  /** ID-28: keys that were had serve on. */
  @Test
  void goesOnWithTheKeysThatItHadWhileTheIssuerIsDown() throws Exception {
    publish();
    attacked.takes(token(), AGENT, "access-token");
    issuer.answer(Status.SERVICE_UNAVAILABLE_503);
    attacked.clock.advance(Duration.ofMinutes(30));
    attacked.door.tick();

    attacked.takes(token(), AGENT, "access-token");
  }

  private void publish() {
    issuer.answer(response -> response.send(issuer.jwks()));
    attacked.clock.advance(INTERVAL);
  }

  private String token() {
    return issuer.token("agent-7", US);
  }

  private String unknown(String kid) {
    var header = issuer.header();
    header.put("kid", kid);
    return issuer.key().sign(header, issuer.claims("agent-7", US));
  }

  private void cannotTell(String token) throws Exception {
    attacked.cannotTell("unavailable", "/mcp", "Authorization", "Bearer " + token);
  }
}
