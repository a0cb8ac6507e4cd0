package dev.sallyport.vault.seal;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import dev.sallyport.vault.Destination;
import dev.sallyport.vault.Injection;
import dev.sallyport.vault.egress.EgressConfig;
import dev.sallyport.vault.egress.PooledEgressClient;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A vault over a database of its own and a key in a directory of its own. */
abstract class OpenVault {
  static final String CANARY = "canary-7Qp2xLm9vR4t";
  static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  static final Destination CRM = new Destination.Server("crm");
  static final Injection BEARER = new Injection.Header("Authorization", "Bearer ");

  final InstantSource clock = InstantSource.fixed(NOW);
  final TestingDatabase database = newDatabase();
  final DataSource dataSource = database.dataSource();
  final PooledEgressClient egress = new PooledEgressClient(EgressConfig.defaults());
  @TempDir Path directory;
  SecretStore secrets;
  SealedVault vault;
  CredentialResources resources;

  /** Where its tables are. */
  protected TestingDatabase newDatabase() {
    return TestingDatabase.h2();
  }

  @AfterEach
  void close() {
    egress.close();
    database.close();
  }

  @BeforeEach
  void open() throws KekException {
    Migrations.run(dataSource, "vault");
    secrets = new SecretStore(dataSource, new Sealer(kek(false)), clock);
    vault = new SealedVault(secrets, name -> name.equals("CRM_TOKEN") ? CANARY : "", egress);
    resources = new CredentialResources(secrets, vault);
  }

  FileKek kek(boolean secretsExist) throws KekException {
    return FileKek.open(directory.resolve("kek.json"), secretsExist);
  }

  static Resource credential(String name, String spec) {
    try {
      var tree = (ObjectNode) new ObjectMapper().readTree(spec.replace('\'', '"'));
      return new Resource(Resource.API_VERSION, "Credential", name, Map.of(), tree);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  Resource absorb(Resource incoming, Optional<Resource> current)
      throws SQLException, InvalidResourcesException {
    try (var connection = dataSource.getConnection()) {
      return resources.absorb(incoming, current, connection).stored();
    }
  }

  Resource inForce(String name, String spec) throws SQLException, InvalidResourcesException {
    var stored = absorb(credential(name, spec), Optional.empty());
    resources.prepare(new ResourceSet(List.of(stored))).activate();
    return stored;
  }

  <T> T permitted(List<CredentialUse> uses, Function<Permit, T> work) {
    var principal = Principal.internal("test");
    var turn = new Turn(new TurnId("turn_" + "a".repeat(26)), principal.id(), NOW);
    var action =
        new Action(
            new Caller(principal, turn, Door.MCP),
            new Target.Tool("crm", "query"),
            JsonNodeFactory.instance.objectNode(),
            new byte[0],
            uses);
    var path =
        new ActionPath(
            FixedAuthority.allowingAll(), new RecordingEvidence(), clock, (_, _, _) -> {});
    return path.perform(action, permit -> Performed.succeeded(work.apply(permit)));
  }

  String lentHeader(CredentialUse use) {
    return permitted(
        List.of(use),
        permit -> {
          try (var lent = vault.lend(permit, use, BEARER)) {
            return String.valueOf(lent.headers().get("Authorization"));
          }
        });
  }
}
