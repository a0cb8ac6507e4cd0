package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.config.GatewayConfig.Store;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DatabaseTest {
  private static final String POSTGRESQL = "jdbc:postgresql://db.example/sallyport";

  @Test
  void waitsForPostgresqlOnlySoLong() throws Exception {
    var told = Database.config(store(POSTGRESQL)).getDataSourceProperties();

    assertThat(told)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "connectTimeout", "5",
                "socketTimeout", "30",
                "tcpKeepAlive", "true",
                "options", "-c lock_timeout=5s"));
  }

  @Test
  void letsTheUrlOfPostgresqlSayOtherwise() throws Exception {
    var url = POSTGRESQL + "?socketTimeout=90&options=-c%20lock_timeout%3D60s";
    var given = Database.config(store(url)).getDataSourceProperties();
    var taken = DriverManager.getDriver(url).getPropertyInfo(url, given);

    assertThat(value(taken, "socketTimeout")).isEqualTo("90");
    assertThat(value(taken, "options")).isEqualTo("-c lock_timeout=60s");
    assertThat(value(taken, "connectTimeout")).isEqualTo("5");
  }

  @Test
  void tellsTheEmbeddedDatabaseNothingOfTheKind() throws Exception {
    assertThat(Database.config(store("jdbc:h2:mem:x")).getDataSourceProperties()).isEmpty();
  }

  private static String value(DriverPropertyInfo[] taken, String name) {
    return Arrays.stream(taken)
        .filter(property -> property.name.equals(name))
        .findFirst()
        .orElseThrow()
        .value;
  }

  private static Store store(String url) {
    return new Store(url, "sallyport", Optional.empty(), 8);
  }
}
