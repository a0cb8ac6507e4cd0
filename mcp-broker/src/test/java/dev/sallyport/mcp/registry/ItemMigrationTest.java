package dev.sallyport.mcp.registry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sallyport.mcp.testing.TestingBroker;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Approvals of the form before the one of now. */
class ItemMigrationTest {
  private static final String ECHO =
      "{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\",\"required\":[\"a\",\"b\"]}}";
  private static final String REORDERED =
      "{\"inputSchema\":{\"required\":[\"b\",\"a\"],\"type\":\"object\"},\"name\":\"echo\"}";
  private static final String OTHER = "{\"name\":\"other\",\"inputSchema\":{\"type\":\"object\"}}";

  @Test
  void keepsWhatWasDecidedInTheFormBefore() throws Exception {
    var settings = ItemStoreTest.settings(false);
    try (var connection = TestingBroker.database().getConnection()) {
      run(connection, "V001__tools.sql");
      insert(connection, "echo", "1", ECHO, "approved", false);
      insert(connection, "echo", "2", REORDERED, "changed", true);
      insert(connection, "other", "3", OTHER, "rejected", true);
      run(connection, "V002__items.sql");

      var records = new ItemRows(connection, Instant.EPOCH).of(settings);

      assertThat(records)
          .extracting(ItemRecord::key, ItemRecord::status, ItemRecord::present)
          .containsExactly(
              tuple(ItemKey.tool("echo"), ItemStatus.APPROVED, true),
              tuple(ItemKey.tool("other"), ItemStatus.REJECTED, true));
      assertThat(records.getFirst().digest())
          .isEqualTo(
              Definitions.digest(
                  settings.origin(),
                  ItemKind.TOOL,
                  Approved.parsed(REORDERED.getBytes(StandardCharsets.UTF_8))));
      assertThat(records.getFirst().decidedBy()).contains("ann");
      assertThat(new ItemRows(connection, Instant.EPOCH).of(settings)).isEqualTo(records);
    }
  }

  private static void run(Connection connection, String script) throws Exception {
    try (var in = ItemRows.class.getResourceAsStream("/db/mcp/" + script);
        var statement = connection.createStatement()) {
      statement.execute(new String(requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static void insert(
      Connection connection,
      String tool,
      String digest,
      String definition,
      String status,
      boolean present)
      throws Exception {
    var sql = "INSERT INTO mcp_tool VALUES ('crm', ?, ?, ?, ?, ?, CURRENT_TIMESTAMP, NULL, 'ann')";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, tool);
      statement.setString(2, digest);
      statement.setString(3, definition);
      statement.setString(4, status);
      statement.setBoolean(5, present);
      statement.executeUpdate();
    }
  }
}
