package dev.sallyport.it.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.config.ConfigLoader;
import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.server.StartChecks;
import dev.sallyport.gateway.server.StartException;
import dev.sallyport.identity.store.Migrations;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What doctor says of a store that is PostgreSQL. */
class StoreChecksOnPostgresTest {
  private static final List<String> MODULES = List.of("gateway", "identity", "llm", "mcp", "vault");
  private static final String GUEST = "guest_of_checks";

  @TempDir private Path folder;

  @Test
  void saysHowTheTablesStandAndWhatItsUserMayNotDo() throws Exception {
    var url = TestingPostgres.url().replaceFirst("\\?.*", ""); // which names its owner
    try (var owner = TestingPostgres.databaseAt(url)) {
      assertThat(StartChecks.store(config(url, TestingPostgres.user()), false))
          .isEqualTo("empty (its tables are made at the first start)");
      owner.execute(
          "do $$ begin create role "
              + GUEST
              + " login; exception when duplicate_object"
              + " then null; end $$");
      owner.execute("revoke create on schema public from public");

      assertThatThrownBy(() -> StartChecks.store(config(url, GUEST), false))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("GRANT CREATE ON SCHEMA public TO " + GUEST);

      MODULES.forEach(module -> Migrations.run(owner.dataSource(), module));
      assertThat(StartChecks.store(config(url, TestingPostgres.user()), true))
          .isEqualTo("its tables are as this version has them");
      assertThatThrownBy(() -> StartChecks.store(config(url, GUEST), false))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith("The user " + GUEST + " may not read and write the tables ")
          .hasMessageContaining("vault_secret, vault_signing_key: make it their owner.");

      owner.execute("grant all on all tables in schema public to " + GUEST);
      assertThat(StartChecks.store(config(url, GUEST), false))
          .isEqualTo("its tables are as this version has them");
      owner.execute("alter role " + GUEST + " set default_transaction_read_only = on");
      assertThatThrownBy(() -> StartChecks.store(config(url, GUEST), false))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("can only be read");
    }
  }

  private GatewayConfig config(String url, String user) throws Exception {
    var variables =
        Map.of(
            "HOME",
            folder.toString(),
            ConfigKey.STORE_URL.variable(),
            url,
            ConfigKey.STORE_USER.variable(),
            user);
    return ConfigLoader.load(Optional.empty(), new Environment(variables), Map.of());
  }
}
