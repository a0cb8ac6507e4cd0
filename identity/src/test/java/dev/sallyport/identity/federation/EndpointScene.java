package dev.sallyport.identity.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.svid.BundleSource.Known;
import dev.sallyport.identity.svid.TrustBundle;
import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingAuthority;
import dev.sallyport.identity.testing.TestingBundleEndpoint;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.token.KeySet;
import io.spiffe.spiffeid.SpiffeId;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A bundle endpoint and who asks it, by a time that a test gives; polls happen within the tick. */
abstract class EndpointScene {
  static final Duration DEADLINE = Duration.ofSeconds(20);
  static final Duration LIFE = Duration.ofDays(1);
  static final SpiffeId SERVER = SpiffeId.parse("spiffe://partner/bundle-server");

  @TempDir Path directory;
  final TestingClock clock = new TestingClock();
  final TestingAuthority webCa = TestingAuthority.of("web", clock.instant());
  final TestingAuthority ca = TestingAuthority.of("partner", clock.instant());
  final TestingAuthority next = TestingAuthority.of("partner", clock.instant());
  final TestingBundleEndpoint server = new TestingBundleEndpoint(webCa.server("127.0.0.1"));
  final AtomicInteger changes = new AtomicInteger();
  Path caFile;
  BundleEndpoint endpoint;

  @BeforeEach
  void open() throws Exception {
    caFile = Files.writeString(directory.resolve("ca.pem"), webCa.pem());
    endpoint = endpoint(WebServerTrust.ofFile(caFile));
  }

  @AfterEach
  void close() {
    endpoint.close();
    server.close();
  }

  void published(String document) {
    server.publish(document);
    later();
  }

  void later() {
    clock.advance(BundleEndpoint.DEFAULT_INTERVAL);
    endpoint.tick();
  }

  TrustBundle known() {
    assertThat(endpoint.state()).isInstanceOf(Known.class);
    return endpoint.state() instanceof Known(TrustBundle bundle)
        ? bundle
        : TrustBundle.of(new KeySet(Map.of()), Set.of());
  }

  BundleEndpoint endpoint(ServerTrust trust) {
    return endpoint(trust, DEADLINE);
  }

  /** An endpoint that polls within the tick. */
  BundleEndpoint endpoint(ServerTrust trust, Duration deadline) {
    var url = URI.create(server.url());
    var opened =
        new BundleEndpoint(
            url,
            new EndpointClient(url, trust, deadline),
            StoredBundle.of(directory.resolve("bundles"), "terms"),
            clock,
            Runnable::run);
    opened.listen(changes::incrementAndGet);
    return opened;
  }

  ServerTrust spiffe() {
    return new SpiffeServerTrust(
        SERVER,
        () ->
            endpoint.state() instanceof Known(TrustBundle latest)
                ? latest.x509Authorities()
                : Set.of(ca.certificate()),
        clock);
  }

  Instant from() {
    return clock.instant().minus(Duration.ofDays(1000));
  }

  Instant until() {
    return clock.instant().plus(Duration.ofDays(1000));
  }

  String document(long sequence, long hint, String... kids) {
    var keys =
        Arrays.stream(kids)
            .map(kid -> {
              var json = new LinkedHashMap<>(SigningKey.ec(kid).publicJson());
              json.put("use", "jwt-svid");
              return (Map<String, Object>) json;
            })
            .toList();
    return document(sequence, hint, keys, List.of(ca));
  }

  static String document(long sequence, List<TestingAuthority> authorities) {
    return document(sequence, 60, List.of(), authorities);
  }

  static String document(
      long sequence,
      long hint,
      List<Map<String, Object>> keys,
      List<TestingAuthority> authorities) {
    var all = new ArrayList<>(keys);
    authorities.forEach(authority -> all.add(authority.jwk()));
    return SigningKey.json(
        Map.of("spiffe_sequence", sequence, "spiffe_refresh_hint", hint, "keys", all));
  }

  static String padded(String document, int length) {
    return document + " ".repeat(length - document.length());
  }
}
