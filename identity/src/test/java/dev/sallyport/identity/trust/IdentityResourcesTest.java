package dev.sallyport.identity.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.key.KeyStore;
import dev.sallyport.identity.oidc.AccessTokenRules;
import dev.sallyport.identity.oidc.AuthorizationServer;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.identity.svid.SvidPolicy;
import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.identity.testing.TestingIssuer;
import dev.sallyport.identity.testing.TestingTrustDomain;
import dev.sallyport.identity.testing.TestingWorkloadApi;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("this-escape") // a subclass says nothing but where the tables are
public class IdentityResourcesTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String US = "https://gateway.example";

  @TempDir private Path directory;
  private final TestingClock clock = new TestingClock();
  private final TestingTrustDomain prod = new TestingTrustDomain("prod", clock);
  private final TestingDatabase database = newDatabase();
  private final AtomicInteger changes = new AtomicInteger();
  private IdentityResources identity;
  private final Map<Resource.Key, Resource> resources = new LinkedHashMap<>();

  /** Where its tables are. */
  protected TestingDatabase newDatabase() {
    return TestingDatabase.h2();
  }

  @BeforeEach
  void start() {
    Migrations.run(database.dataSource(), "identity");
    identity =
        new IdentityResources(
            new KeyStore(database.dataSource(), clock),
            SvidPolicy.of(Set.of(US)),
            directory.resolve("bundles"),
            clock,
            changes::incrementAndGet);
  }

  @AfterEach
  void close() {
    identity.close();
    database.close();
  }

  @Test
  void letsNoOneInBeforeAnythingIsSet() {
    assertThat(verify(prod.svid("/a", US))).isEqualTo(new Rejected("unknown_trust_domain"));
    assertThat(identity.verify("")).isEmpty();
    assertThat(identity.verify("x".repeat(9_000))).isEmpty();
  }

  @Test
  void letsWorkloadsOfAnInlineBundleIn() throws Exception {
    apply("TrustDomain", "prod", inline());

    assertThat(principal(prod.svid("/agent/ci", US))).isEqualTo("spiffe://prod/agent/ci");
  }

  @Test
  void keepsTheLastGoodKeysWhenTheBundleFileBreaks() throws Exception {
    var file = Files.writeString(directory.resolve("prod.jwks"), prod.bundle());
    apply("TrustDomain", "prod", "{'trustDomain':'prod','bundleFile':'%s'}".formatted(file));
    replace(file, "<html>");
    identity.tick();
    Files.delete(file);
    identity.tick();

    assertThat(principal(prod.svid("/agent/ci", US))).isEqualTo("spiffe://prod/agent/ci");
  }

  /** ID-26: a bundle without keys is one that revokes them. */
  @Test
  void refusesEveryTokenAtOnceWhenTheBundleFileIsEmptied() throws Exception {
    var file = Files.writeString(directory.resolve("prod.jwks"), prod.bundle());
    apply("TrustDomain", "prod", "{'trustDomain':'prod','bundleFile':'%s'}".formatted(file));
    var token = prod.svid("/agent/ci", US);
    assertThat(principal(token)).isEqualTo("spiffe://prod/agent/ci");
    assertThat(identity.works()).isTrue();
    replace(file, "{\"keys\":[]}");
    identity.tick();

    assertThat(verify(token)).isEqualTo(new Rejected("unknown_key"));
    assertThat(identity.works()).isFalse();
  }

  @Test
  void stillHearsOfChangedKeysAfterAnUnrelatedChange() throws Exception {
    var file = Files.writeString(directory.resolve("prod.jwks"), prod.bundle());
    apply("TrustDomain", "prod", "{'trustDomain':'prod','bundleFile':'%s'}".formatted(file));
    apply("VirtualKey", "ci", "{'workload':'spiffe://prod/agent/ci'}");
    var old = prod.svid("/agent/ci", US);
    assertThat(principal(old)).isEqualTo("spiffe://prod/agent/ci");
    prod.add(SigningKey.ec("key-2"));
    prod.remove("key-1");
    replace(file, prod.bundle());
    identity.tick();

    assertThat(verify(old)).isEqualTo(new Rejected("unknown_key"));
  }

  @Test
  void saysThatItCannotTellBeforeAWorkloadApiAnswered() throws Exception {
    try (var agent = new TestingWorkloadApi(Map.of())) {
      agent.refuse(Status.UNAVAILABLE);
      apply(
          "TrustDomain",
          "prod",
          "{'trustDomain':'prod','workloadApi':'%s'}".formatted(agent.address()));

      assertThat(verify(prod.svid("/agent/ci", US))).isInstanceOf(Unavailable.class);
    }
  }

  @Test
  void letsSubjectsOfAnIssuerInAndNamesItInTheMetadata() throws Exception {
    try (var issuer = new TestingIssuer(clock)) {
      apply(
          "Issuer",
          "corp",
          "{'issuer':'%s','jwksUri':'%s','audience':'%s','algorithms':['ES256']}"
              .formatted(issuer.issuer(), issuer.jwksUri(), US));

      assertThat(principal(issuer.token("agent-7", US))).isEqualTo("oidc://corp/agent-7");
      assertThat(identity.authorizationServers())
          .containsExactly(new AuthorizationServer(issuer.issuer(), AccessTokenRules.standard()));
    }
  }

  @Test
  void readsAnIssuersKeysFromAFile() throws Exception {
    try (var issuer = new TestingIssuer(clock)) {
      var file = Files.writeString(directory.resolve("corp.jwks"), issuer.jwks());
      apply(
          "Issuer",
          "corp",
          "{'issuer':'%s','jwksFile':'%s','audience':'%s','algorithms':['ES256']}"
              .formatted(issuer.issuer(), file, US));

      assertThat(principal(issuer.token("agent-7", US))).isEqualTo("oidc://corp/agent-7");
      assertThat(issuer.fetches()).isZero();
    }
  }

  /** ID-26: a file without keys is one that revokes them, as with a bundle. */
  @Test
  void refusesEveryTokenAtOnceWhenTheKeyFileIsEmptied() throws Exception {
    try (var issuer = new TestingIssuer(clock)) {
      var file = Files.writeString(directory.resolve("corp.jwks"), issuer.jwks());
      apply(
          "Issuer",
          "corp",
          "{'issuer':'%s','jwksFile':'%s','audience':'%s','algorithms':['ES256']}"
              .formatted(issuer.issuer(), file, US));
      var token = issuer.token("agent-7", US);
      assertThat(principal(token)).isEqualTo("oidc://corp/agent-7");
      replace(file, "{\"keys\":[]}");
      identity.tick();

      assertThat(verify(token)).isEqualTo(new Rejected("unknown_key"));
    }
  }

  @Test
  void recallsAKeyAsLongAsItHoldsWithoutAskingTheStore() throws Exception {
    var key =
        apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b','expiresAt':'2026-11-21T12:00:10Z'}")
            .orElseThrow();
    assertThat(identity.recall(key)).isEmpty();
    var holder = ((Authenticated) verify(key)).principal();

    assertThat(identity.recall(key)).contains(holder);
    assertThat(identity.recall(key.substring(0, 17) + "A".repeat(43))).isEmpty();
    assertThat(identity.recall("spk_")).isEmpty();
    clock.advance(Duration.ofSeconds(10));
    assertThat(identity.recall(key)).isEmpty();
  }

  /** ID-17. */
  @Test
  void neverTakesATokenOfOneKindForOneOfAnother() throws Exception {
    try (var issuer = new TestingIssuer(clock)) {
      apply("TrustDomain", "prod", inline());
      var file = Files.writeString(directory.resolve("corp.jwks"), issuer.jwks());
      apply(
          "Issuer",
          "corp",
          "{'issuer':'%s','jwksFile':'%s','audience':'%s','algorithms':['ES256']}"
              .formatted(issuer.issuer(), file, US));
      var claims = prod.claims("/agent/ci", US);
      claims.put("iss", issuer.issuer());

      assertThat(verify(prod.svid(prod.header(), claims))).isEqualTo(new Rejected("wrong_type"));
      var header = prod.header();
      header.put("typ", "at+jwt");
      assertThat(verify(prod.svid(header, claims))).isEqualTo(new Rejected("unknown_key"));
      claims.remove("iss");
      assertThat(verify(prod.svid(header, claims))).isEqualTo(new Rejected("wrong_type"));
    }
  }

  @Test
  void showsAKeyOnceAndKeepsOnlyItsDigest() throws Exception {
    var key = apply("VirtualKey", "ci", "{'workload':'spiffe://prod/agent/ci'}").orElseThrow();

    assertThat(key).matches("spk_[a-z2-7]{12}_[A-Za-z0-9_-]{43}");
    assertThat(principal(key)).isEqualTo("spiffe://prod/agent/ci");
    assertThat(apply("VirtualKey", "ci", "{'workload':'spiffe://prod/agent/ci'}")).isEmpty();
    assertThat(principal(key)).isEqualTo("spiffe://prod/agent/ci");
    assertThat(database.everything())
        .contains(key.substring(4, 16))
        .doesNotContain(key.substring(17));
  }

  @Test
  void namesTheTeamWhereAKeyStandsInForNoWorkload() throws Exception {
    var key = apply("VirtualKey", "ci", "{'orgId':'acme','teamId':'platform'}").orElseThrow();

    assertThat(principal(key)).isEqualTo("spiffe://sallyport.local/org/acme/team/platform/key/ci");
  }

  @Test
  void refusesAKeyAtOnceWhenItIsOverDisabledOrRemoved() throws Exception {
    var key =
        apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b','expiresAt':'2026-11-21T12:00:10Z'}")
            .orElseThrow();
    assertThat(verify(key)).isInstanceOf(Authenticated.class);
    clock.advance(Duration.ofSeconds(10));
    assertThat(verify(key)).isEqualTo(new Rejected("expired"));

    apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b'}");
    assertThat(verify(key)).isInstanceOf(Authenticated.class);
    apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b','disabled':true}");
    assertThat(verify(key)).isEqualTo(new Rejected("disabled"));

    remove("VirtualKey", "ci");
    assertThat(verify(key)).isEqualTo(new Rejected("unknown_virtual_key"));
    var fresh = apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b'}").orElseThrow();
    assertThat(verify(key)).isEqualTo(new Rejected("unknown_virtual_key"));
    assertThat(verify(fresh)).isInstanceOf(Authenticated.class);
  }

  /** What was exchanged by a key that leaked must not hold again by the key in its place. */
  @Test
  void isVouchedForByTheVeryKeyAndNotByOneInItsPlace() throws Exception {
    var key = apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b'}").orElseThrow();
    var holder = ((Authenticated) verify(key)).principal();
    var voucher = identity.voucher(holder).orElseThrow();
    assertThat(identity.voucher(holder)).contains(voucher);

    remove("VirtualKey", "ci");
    assertThat(identity.voucher(holder)).isEmpty();
    apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b'}");
    assertThat(identity.voucher(holder)).isPresent().isNotEqualTo(Optional.of(voucher));
  }

  @Test
  void refusesEveryOtherTextThatBeginsLikeAKey() throws Exception {
    var key = apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b'}").orElseThrow();
    var last = key.charAt(key.length() - 1);
    for (var wrong :
        List.of(
            "spk_",
            key + "a",
            key.substring(0, key.length() - 1),
            key.substring(0, key.length() - 1) + (last == 'A' ? 'B' : 'A'),
            key.substring(0, 17) + "A".repeat(43),
            "spk_" + "a".repeat(12) + key.substring(16),
            key.toUpperCase(Locale.ROOT).replace("SPK_", "spk_"))) {
      assertThat(verify(wrong)).as(wrong).isInstanceOf(Rejected.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "TrustDomain; {}; /spec; trustDomain",
        "TrustDomain; {'trustDomain':'prod'}; /spec; give one of bundleFile",
        "TrustDomain; {'trustDomain':'prod','bundleFile':'/a','workloadApi':'unix:/b'}; /spec; give"
            + " one",
        "TrustDomain; {'trustDomain':'prod','bundleFile':'a.jwks'}; /spec; absolute path",
        "TrustDomain; {'trustDomain':'prod','bundleFile':'/none/such'}; /spec/bundleFile; can be"
            + " read",
        "TrustDomain; {'trustDomain':'prod','bundle':{'keys':[]}}; /spec/bundle; at least one key",
        "TrustDomain; {'trustDomain':'prod','workloadApi':'/a'}; /spec/workloadApi; unix:/path",
        "TrustDomain; {'trustDomain':'spiffe://prod','workloadApi':'unix:/a'}; /spec; bare name",
        "TrustDomain; {'trustDomain':'PR OD','workloadApi':'unix:/a'}; /spec; ",
        "TrustDomain; {'trustDomain':'sallyport.local','workloadApi':'unix:/a'}; /spec; own",
        "TrustDomain; {'trustDomain':'sallyport.local.','workloadApi':'unix:/a'}; /spec; own",
        "TrustDomain; {'trustDomain':'prod','bundleEndpoint':'https://x'}; /spec/bundleEndpoint; ",
        "TrustDomain; {'trustDomain':'prod','workloadApi':'unix:/a',"
            + "'bundleEndpoint':{'url':'https://x','profile':'https_web'}}; /spec; give one",
        "TrustDomain; {'trustDomain':'prod','bundleEndpoint':{'profile':'https_web'}};"
            + " /spec/bundleEndpoint; url is required",
        "TrustDomain; {'trustDomain':'prod','bundleEndpoint':{'url':'https://x'}};"
            + " /spec/bundleEndpoint; profile must be",
        "TrustDomain; {'trustDomain':'prod',"
            + "'bundleEndpoint':{'url':'http://127.0.0.1/x','profile':'https_web'}};"
            + " /spec/bundleEndpoint; https",
        "TrustDomain; {'trustDomain':'prod',"
            + "'bundleEndpoint':{'url':'https://a:b@x','profile':'https_web'}};"
            + " /spec/bundleEndpoint; without a user",
        "TrustDomain; {'trustDomain':'prod',"
            + "'bundleEndpoint':{'url':'https:///x','profile':'https_web'}};"
            + " /spec/bundleEndpoint; https",
        "TrustDomain; {'trustDomain':'prod',"
            + "'bundleEndpoint':{'url':'https://x','profile':'https_web','caFile':'/none/such'}};"
            + " /spec/bundleEndpoint; PEM",
        "TrustDomain; {'trustDomain':'prod',"
            + "'bundleEndpoint':{'url':'https://x','profile':'https_web','caFile':'ca.pem'}};"
            + " /spec/bundleEndpoint; absolute path",
        "TrustDomain; {'trustDomain':'prod','bundleEndpoint':{'url':'https://x',"
            + "'profile':'https_web','endpointSpiffeId':'spiffe://prod/a'}};"
            + " /spec/bundleEndpoint; for the profile https_spiffe",
        "TrustDomain; {'trustDomain':'prod',"
            + "'bundleEndpoint':{'url':'https://x','profile':'https_spiffe'}};"
            + " /spec/bundleEndpoint; endpointSpiffeId must be",
        "TrustDomain; {'trustDomain':'prod','bundleEndpoint':{'url':'https://x',"
            + "'profile':'https_spiffe','endpointSpiffeId':'spiffe://prod'}};"
            + " /spec/bundleEndpoint; endpointSpiffeId must be",
        "TrustDomain; {'trustDomain':'prod','bundleEndpoint':{'url':'https://x',"
            + "'profile':'https_spiffe','endpointSpiffeId':'spiffe://prod/a'}};"
            + " /spec; bootstrapBundle is required",
        "TrustDomain; {'trustDomain':'prod','bundleEndpoint':{'url':'https://x',"
            + "'profile':'https_spiffe','endpointSpiffeId':'spiffe://prod/a',"
            + "'bootstrapBundle':{'keys':[]}}}; /spec/bundleEndpoint; x509-svid",
        "TrustDomain; {'trustDomain':'p','workloadApi':'unix:/a','algorithms':['HS256']}; /spec;"
            + " HS256",
        "Issuer; {'issuer':'i','audience':'a','algorithms':['ES256']}; /spec/issuer; https",
        "Issuer; {'issuer':'i','audience':'a','algorithms':['ES256'],'jwksUri':'http://x'};"
            + " /spec/jwksUri; https",
        "VirtualKey; {'orgId':'a','teamId':'b','key':'mine'}; /spec/key; not a field"
      })
  void saysWhatIsWrongWithAResourceAndWhere(
      String kind, String spec, String pointer, String problem) {
    assertThatThrownBy(() -> apply(kind, "wrong", spec))
        .asInstanceOf(type(InvalidResourcesException.class))
        .satisfies(refused ->
            assertThat(refused.mistakes())
                .singleElement()
                .satisfies(mistake -> {
                  assertThat(mistake.pointer()).startsWith(pointer);
                  assertThat(mistake.problem()).contains(problem == null ? "" : problem);
                }));
  }

  @Test
  void refusesTwoResourcesForOneDomainOrOneIssuer() throws Exception {
    apply("TrustDomain", "prod", inline());
    assertThatThrownBy(() -> apply("TrustDomain", "again", inline()))
        .hasMessageContaining("TrustDomain/prod /spec/trustDomain: is also that of again");
  }

  private String inline() {
    return "{'trustDomain':'prod','bundle':%s}".formatted(prod.bundle());
  }

  private Authentication verify(String token) {
    return identity.verify(token).orElseThrow();
  }

  private String principal(String token) {
    var answer = verify(token);
    assertThat(answer).isInstanceOf(Authenticated.class);
    return ((Authenticated) answer).principal().id().value();
  }

  private static void replace(Path file, String text) throws Exception {
    var fresh = Files.writeString(file.resolveSibling("fresh"), text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Applies a resource as the gateway does, and gives back what is shown once. */
  private Optional<String> apply(String kind, String name, String spec) throws Exception {
    var resource =
        new Resource(
            Resource.API_VERSION,
            kind,
            name,
            Map.of(),
            (ObjectNode) MAPPER.readTree(spec.replace('\'', '"')));
    try (var transaction = database.dataSource().getConnection()) {
      transaction.setAutoCommit(false);
      var current = Optional.ofNullable(resources.get(resource.key()));
      var absorbed = identity.absorb(resource, current, transaction);
      var all = new LinkedHashMap<>(resources);
      all.put(resource.key(), absorbed.stored());
      var prepared = identity.prepare(new ResourceSet(all.values()));
      transaction.commit();
      resources.put(resource.key(), absorbed.stored());
      prepared.activate();
      assertThat(absorbed.stored()).isEqualTo(resource);
      return Optional.ofNullable(absorbed.shownOnce().get("key"));
    }
  }

  private void remove(String kind, String name) throws Exception {
    var key = new Resource.Key(kind, name);
    try (var transaction = database.dataSource().getConnection()) {
      transaction.setAutoCommit(false);
      identity.forget(key, transaction);
      var all = new LinkedHashMap<>(resources);
      all.remove(key);
      var prepared = identity.prepare(new ResourceSet(all.values()));
      transaction.commit();
      resources.remove(key);
      prepared.activate();
    }
  }
}
