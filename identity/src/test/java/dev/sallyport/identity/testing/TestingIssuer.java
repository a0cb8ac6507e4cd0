package dev.sallyport.identity.testing;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An OAuth issuer: it serves its keys over HTTP on a free loopback port, and mints access tokens of
 * any form. A good one is {@code issuer.token("agent-7", "audience")}.
 */
public final class TestingIssuer implements AutoCloseable {
  private final InstantSource clock;
  private final List<SigningKey> keys = new CopyOnWriteArrayList<>();
  private final AtomicInteger fetches = new AtomicInteger();
  private final TestingServer server;
  private volatile Consumer<ServerResponse> answer = this::sendKeys;

  public TestingIssuer() {
    this(InstantSource.system());
  }

  public TestingIssuer(InstantSource clock) {
    this.clock = clock;
    keys.add(SigningKey.ec("issuer-1"));
    server =
        new TestingServer(routing ->
            routing.get(
                "/jwks",
                (request, response) -> {
                  fetches.incrementAndGet();
                  answer.accept(response);
                }));
  }

  /** The exact text of the {@code iss} claim. */
  public String issuer() {
    return "https://issuer.example";
  }

  public URI jwksUri() {
    return server.uri("/jwks");
  }

  /** How often the keys were asked for. */
  public int fetches() {
    return fetches.get();
  }

  /** The key that signs: the one added last. */
  public SigningKey key() {
    return keys.getLast();
  }

  /** Publishes a further key; from now on it signs. */
  public void add(SigningKey key) {
    keys.add(key);
  }

  /** No longer publishes a key. */
  public void remove(String kid) {
    keys.removeIf(key -> key.kid().equals(kid));
  }

  /** From now on, whoever asks for the keys gets this instead. */
  public void answer(Consumer<ServerResponse> other) {
    answer = other;
  }

  /** From now on, whoever asks for the keys gets this status and no keys. */
  public void answer(Status status) {
    answer(response -> response.status(status).send());
  }

  /** From now on, whoever asks for the keys gets them. */
  public void answerKeys() {
    answer(this::sendKeys);
  }

  /** The keys, as they are published. */
  public String jwks() {
    return SigningKey.json(Map.of("keys", keys.stream().map(SigningKey::publicJson).toList()));
  }

  /** An access token as RFC 9068 has it, which holds for five minutes. */
  public String token(String subject, String audience) {
    return key().sign(header(), claims(subject, audience));
  }

  /** The headers of a good access token, to be changed at will. */
  public Map<String, Object> header() {
    var header = new LinkedHashMap<String, Object>();
    header.put("alg", key().algorithm().getName());
    header.put("kid", key().kid());
    header.put("typ", "at+jwt");
    return header;
  }

  /** The claims of a good access token, to be changed at will. */
  public Map<String, Object> claims(String subject, String audience) {
    var now = clock.instant();
    var claims = new LinkedHashMap<String, Object>();
    claims.put("iss", issuer());
    claims.put("sub", subject);
    claims.put("aud", audience);
    claims.put("client_id", "client");
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plus(Duration.ofMinutes(5)).getEpochSecond());
    claims.put("jti", "token-1");
    return claims;
  }

  @Override
  public void close() {
    server.close();
  }

  private void sendKeys(ServerResponse response) {
    response.header("Content-Type", "application/json");
    response.send(jwks());
  }
}
