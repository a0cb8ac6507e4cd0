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
  private static final String GUEST = "guest-of-checks";
  private static final String QUOTED = "\"" + GUEST + "\"";

  /** A migration that this version does not know. */
  private static final String LATER =
      """
      insert into "llm_schema" ("installed_rank", "version", "description", "type", "script",
        "checksum", "installed_by", "execution_time", "success")
      values (999, '999', 'later', 'SQL', 'V999__later.sql', 1, 'later', 1, true)
      """;

  @TempDir private Path folder;

  @Test
  void saysHowTheTablesStandAndWhatItsUserMayNotDo() throws Exception {
    var url = TestingPostgres.url().replaceFirst("\\?.*", ""); // which names its owner
    try (var owner = TestingPostgres.databaseAt(url)) {
      assertThat(StartChecks.store(config(url, TestingPostgres.user()), false))
          .isEqualTo("empty (its tables are made at the first start)");
      owner.execute(
          "do $$ begin create role "
              + QUOTED
              + " login; exception when duplicate_object"
              + " then null; end $$");
      owner.execute("revoke create on schema public from public");

      assertThatThrownBy(() -> StartChecks.store(config(url, GUEST), false))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("GRANT CREATE ON SCHEMA public TO " + QUOTED);

      MODULES.forEach(module -> Migrations.run(owner.dataSource(), module));
      assertThat(StartChecks.store(config(url, TestingPostgres.user()), true))
          .isEqualTo("its tables are as this version has them");
      assertThatThrownBy(() -> StartChecks.store(config(url, GUEST), false))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith("The user " + GUEST + " may not read and write the tables ")
          .hasMessageContaining("vault_secret, vault_signing_key: make it their owner.");

      owner.execute("grant all on all tables in schema public to " + QUOTED);
      assertThat(StartChecks.store(config(url, GUEST), false))
          .startsWith(
              "its tables are as this version has them. The user "
                  + GUEST
                  + " does not own the tables ")
          .endsWith(
              "vault_secret, vault_signing_key, which the migrations of a new version may have to"
                  + " change: make it their owner.");

      owner.execute("grant create on schema public to " + QUOTED);
      owner.execute("delete from \"mcp_schema\" where \"version\" = '006'");
      assertThatThrownBy(() -> StartChecks.store(config(url, GUEST), false))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith("The user " + GUEST + " does not own the tables ");
      assertThat(StartChecks.store(config(url, TestingPostgres.user()), true))
          .isEqualTo("its tables are brought up to date at the next start");

      owner.execute(LATER);
      assertThatThrownBy(() -> StartChecks.store(config(url, GUEST), false))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("tables of llm are of a later version");
      owner.execute("alter role " + QUOTED + " set default_transaction_read_only = on");
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
