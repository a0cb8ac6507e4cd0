package dev.sallyport.gateway.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.gateway.testing.TlsClient;
import dev.sallyport.identity.testing.TestingAuthority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** A gateway that agents reach by TLS, and the authorities of two trust domains that it knows. */
final class TlsScene implements AutoCloseable {
  /** Asks for something that is on record if it is let in. */
  static final String REQUEST = "GET /v1/models/none";

  private static final JsonMapper JSON = new JsonMapper();

  private final AtomicReference<Instant> time =
      new AtomicReference<>(Instant.now().truncatedTo(ChronoUnit.SECONDS));
  private final InstantSource clock = time::get;
  private final Path certificateFile;
  private final Path keyFile;
  private final TestingAuthority web = TestingAuthority.of("web", time.get());
  final TestingAuthority prod = TestingAuthority.of("prod", time.get());
  final TestingAuthority partner = TestingAuthority.of("partner", time.get());
  private final TestingGateway gateway;

  TlsScene(Path folder, Map<ConfigKey, String> keys) throws IOException {
    certificateFile = folder.resolve("tls.crt");
    keyFile = folder.resolve("tls.key");
    renew();
    var all = new EnumMap<ConfigKey, String>(ConfigKey.class);
    if (!keys.containsKey(ConfigKey.TLS_WORKLOAD_API)) {
      all.put(ConfigKey.TLS_CERTIFICATE_FILE, certificateFile.toString());
      all.put(ConfigKey.TLS_KEY_FILE, keyFile.toString());
    }
    all.putAll(keys);
    gateway = TestingGateway.start(folder, all, Map.of(), clock);
    trust("prod", prod);
    trust("partner", partner);
  }

  /** Where agents connect. */
  URI address() {
    return gateway.data();
  }

  TestingGateway gateway() {
    return gateway;
  }

  /** Lets time pass. */
  void advance(Duration duration) {
    time.updateAndGet(before -> before.plus(duration));
  }

  Instant now() {
    return time.get();
  }

  /** Has a trust domain known by these authorities and no others. */
  void trust(String domain, TestingAuthority... authorities) {
    var bundle = (ObjectNode) TestingGateway.read(gateway.trustDomain().bundle());
    for (var authority : authorities) {
      bundle.withArray("keys").add(JSON.valueToTree(authority.jwk()));
    }
    var document = JSON.createObjectNode();
    document.putObject("spec").put("trustDomain", domain).set("bundle", bundle);
    gateway.admin().put("/admin/trustdomains/" + domain, document).orFail();
  }

  /** An agent that shows an X.509-SVID of {@code spiffe://prod} with this path. */
  TlsClient agent(String path) {
    return TlsClient.showing(prod.svid(path));
  }

  /** The newest records, the last one last. */
  List<JsonNode> records(int count) {
    var found = new ArrayList<JsonNode>();
    gateway.admin().get("/admin/evidence?last=" + count).orFail().path("items").forEach(found::add);
    return found;
  }

  /** What its readiness probe says. */
  JsonNode ready() throws IOException {
    return TestingGateway.read(TlsClient.bare().ask(address(), "GET /health/ready").body());
  }

  /** What there is to measure. */
  String metrics() {
    return gateway
        .send(
            HttpRequest.newBuilder(gateway.gateway().admin().resolve("/metrics"))
                .header("Authorization", "Bearer " + gateway.adminToken())
                .build())
        .body();
  }

  /** Writes a new certificate for the gateway, with its key in a form of its own. */
  X509Certificate renew() throws IOException {
    var fresh =
        web.certify("spiffe://web/gateway", now().minusSeconds(60), now().plusSeconds(3_600));
    write(keyFile, "PRIVATE KEY", fresh.key().getEncoded());
    write(certificateFile, "CERTIFICATE", TestingAuthority.der(fresh.certificate()));
    return fresh.certificate();
  }

  /** Writes what no key is. */
  void spoilKey() throws IOException {
    Files.writeString(keyFile, "no key");
  }

  private static void write(Path file, String label, byte[] der) throws IOException {
    var text = Base64.getMimeEncoder().encodeToString(der);
    var fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(
        fresh, "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    gateway.close();
  }
}
