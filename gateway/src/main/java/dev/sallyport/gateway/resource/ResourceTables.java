package dev.sallyport.gateway.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The rows of resources, in one transaction. */
final class ResourceTables {
  private final Connection connection;

  ResourceTables(Connection connection) {
    this.connection = connection;
  }

  /** The revision of the store, with every other change held off until this transaction ends. */
  long lock() throws SQLException {
    return revision("select revision from gateway_revision where id = 1 for update");
  }

  long revision() throws SQLException {
    return revision("select revision from gateway_revision where id = 1");
  }

  private long revision(String query) throws SQLException {
    try (var statement = connection.prepareStatement(query);
        var rows = statement.executeQuery()) {
      if (!rows.next()) {
        throw new SQLException("the table gateway_revision has no row");
      }
      return rows.getLong(1);
    }
  }

  void advance(long revision) throws SQLException {
    try (var statement =
        connection.prepareStatement("update gateway_revision set revision = ? where id = 1")) {
      statement.setLong(1, revision);
      statement.executeUpdate();
    }
  }

  /**
   * All resources.
   *
   * @throws InvalidResourcesException if one of them cannot be read
   */
  Map<Resource.Key, Stored> all() throws SQLException, InvalidResourcesException {
    var found = new HashMap<Resource.Key, Stored>();
    try (var statement =
            connection.prepareStatement(
                "select kind, name, version, api_version, labels, spec, changed_at, changed_by"
                    + " from gateway_resource");
        var rows = statement.executeQuery()) {
      while (rows.next()) {
        var stored = stored(rows);
        found.put(stored.resource().key(), stored);
      }
    }
    return found;
  }

  private static Stored stored(ResultSet row) throws SQLException, InvalidResourcesException {
    var key = new Resource.Key(row.getString(1), row.getString(2));
    var labels = new HashMap<String, String>();
    object(key, "/metadata/labels", row.getString(5))
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    var spec = object(key, "/spec", row.getString(6));
    var resource = new Resource(row.getString(4), key.kind(), key.name(), labels, spec);
    var changedAt = row.getObject(7, OffsetDateTime.class).toInstant();
    return new Stored(resource, row.getLong(3), changedAt, row.getString(8));
  }

  private static ObjectNode object(Resource.Key key, String pointer, String text)
      throws InvalidResourcesException {
    try {
      return CanonicalJson.object(text);
    } catch (JsonProcessingException _) {
      throw new InvalidResourcesException(
          List.of(new Mistake(key, pointer, "is stored as what is no JSON object")));
    }
  }

  /** The last version that a resource had, also if it is no more; 0 if it never was. */
  long lastVersion(Resource.Key key) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "select max(version) from gateway_resource_version where kind = ? and name = ?")) {
      statement.setString(1, key.kind());
      statement.setString(2, key.name());
      try (var rows = statement.executeQuery()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    }
  }

  void write(Stored stored) throws SQLException {
    erase(stored.resource().key());
    try (var statement =
        connection.prepareStatement(
            "insert into gateway_resource"
                + " (kind, name, version, api_version, labels, spec, changed_at, changed_by)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?)")) {
      var resource = stored.resource();
      statement.setString(1, resource.kind());
      statement.setString(2, resource.name());
      statement.setLong(3, stored.version());
      statement.setString(4, resource.apiVersion());
      statement.setString(5, CanonicalJson.text(labels(resource)));
      statement.setString(6, CanonicalJson.text(resource.spec()));
      statement.setObject(7, moment(stored.changedAt()));
      statement.setString(8, stored.changedBy());
      statement.executeUpdate();
    }
  }

  void erase(Resource.Key key) throws SQLException {
    try (var statement =
        connection.prepareStatement("delete from gateway_resource where kind = ? and name = ?")) {
      statement.setString(1, key.kind());
      statement.setString(2, key.name());
      statement.executeUpdate();
    }
  }

  /** Adds a version to the history: with its document, or without one for a deletion. */
  void remember(Stored stored, long revision, boolean deleted) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "insert into gateway_resource_version"
                + " (kind, name, version, revision, document, changed_at, changed_by)"
                + " values (?, ?, ?, ?, ?, ?, ?)")) {
      var resource = stored.resource();
      statement.setString(1, resource.kind());
      statement.setString(2, resource.name());
      statement.setLong(3, stored.version());
      statement.setLong(4, revision);
      if (deleted) {
        statement.setNull(5, Types.VARCHAR);
      } else {
        statement.setString(5, CanonicalJson.text(CanonicalJson.document(resource)));
      }
      statement.setObject(6, moment(stored.changedAt()));
      statement.setString(7, stored.changedBy());
      statement.executeUpdate();
    }
  }

  private static JsonNode labels(Resource resource) {
    var labels = JsonNodeFactory.instance.objectNode();
    new TreeMap<>(resource.labels()).forEach(labels::put);
    return labels;
  }

  private static OffsetDateTime moment(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
