package dev.sallyport.identity.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.key.KeyStore;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.identity.svid.SvidPolicy;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.identity.testing.TestingTrustDomain;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Identities as resources make them, in a database of their own. */
@SuppressWarnings("this-escape") // a subclass says nothing but where the tables are
abstract class IdentityScene {
  static final String US = "https://gateway.example";

  private static final JsonMapper MAPPER = new JsonMapper();

  @TempDir Path directory;
  final TestingClock clock = new TestingClock();
  final TestingTrustDomain prod = new TestingTrustDomain("prod", clock);
  final TestingDatabase database = newDatabase();
  final AtomicInteger changes = new AtomicInteger();
  IdentityResources identity;
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

  final Authentication verify(String token) {
    return identity.verify(token).orElseThrow();
  }

  final String principal(String token) {
    var answer = verify(token);
    assertThat(answer).isInstanceOf(Authenticated.class);
    return ((Authenticated) answer).principal().id().value();
  }

  /** Applies a resource as the gateway does, and gives back what is shown once. */
  final Optional<String> apply(String kind, String name, String spec) throws Exception {
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

  final void remove(String kind, String name) throws Exception {
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
