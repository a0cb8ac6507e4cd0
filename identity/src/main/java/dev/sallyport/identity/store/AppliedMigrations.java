package dev.sallyport.identity.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import javax.sql.DataSource;

/**
 * Looks whether all migrations of a module ran as they are now, at the cost of one query: Flyway
 * takes most of a second to find out that there is nothing to do.
 */
final class AppliedMigrations {
  private final ClassLoader loader;
  private final String folder;

  AppliedMigrations(ClassLoader loader, String module) {
    this.loader = loader;
    this.folder = "db/" + module;
  }

  /**
   * Whether the table says that these migrations ran, and no others.
   *
   * @return false also where that cannot be told: then Flyway is to look
   */
  boolean areAllIn(DataSource dataSource, String table) {
    try {
      var present = present();
      return !present.isEmpty() && present.equals(applied(dataSource, table));
    } catch (SQLException | IOException _) {
      return false;
    }
  }

  /** How the tables stand to these migrations; changes nothing. */
  TableState state(DataSource dataSource, String table) throws SQLException, IOException {
    if (!isThere(dataSource, table)) {
      return TableState.ABSENT;
    }
    var applied = applied(dataSource, table);
    var present = present();
    if (!present.keySet().containsAll(applied.keySet())) {
      return TableState.NEWER;
    }
    if (!present.entrySet().containsAll(applied.entrySet())) {
      return TableState.BROKEN;
    }
    return applied.keySet().containsAll(present.keySet()) ? TableState.CURRENT : TableState.OLDER;
  }

  private static boolean isThere(DataSource dataSource, String table) throws SQLException {
    try (var connection = dataSource.getConnection();
        var tables =
            connection
                .getMetaData()
                .getTables(connection.getCatalog(), connection.getSchema(), table, null)) {
      return tables.next();
    }
  }

  /** The checksums of the migrations that ran, by script. */
  private static Map<String, Integer> applied(DataSource dataSource, String table)
      throws SQLException {
    var applied = new HashMap<String, Integer>();
    try (var connection = dataSource.getConnection();
        var statement =
            connection.prepareStatement(
                "select \"script\", \"checksum\", \"success\" from \"" + table + "\"");
        var rows = statement.executeQuery()) {
      while (rows.next()) {
        int checksum = rows.getInt(2);
        boolean isScript = !rows.wasNull(); // a baseline has no checksum
        if (isScript) {
          applied.put(rows.getString(1), rows.getBoolean(3) ? checksum : ~checksum);
        }
      }
    }
    return applied;
  }

  /** The checksums of the migrations on the class path, by script. */
  private Map<String, Integer> present() throws IOException {
    var present = new HashMap<String, Integer>();
    for (var place : Collections.list(loader.getResources(folder))) {
      for (var script : scripts(place)) {
        present.put(script, checksum(script));
      }
    }
    return present;
  }

  private List<String> scripts(URL place) throws IOException {
    var scripts = new ArrayList<String>();
    if (place.openConnection() instanceof JarURLConnection jar) {
      jar.getJarFile().stream()
          .map(entry -> entry.getName())
          .filter(name -> name.startsWith(folder + "/") && name.endsWith(".sql"))
          .map(name -> name.substring(folder.length() + 1))
          .forEach(scripts::add);
    } else if (place.getProtocol().equals("file")) {
      try (var files = Files.list(Path.of(URI.create(place.toString())))) {
        files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".sql"))
            .forEach(scripts::add);
      }
    } else {
      throw new IOException("a class path that cannot be listed: " + place.getProtocol());
    }
    return scripts;
  }

  /** Flyway's checksum of a script: over its lines, whatever ends them. */
  private int checksum(String script) throws IOException {
    var checksum = new CRC32();
    var in = loader.getResourceAsStream(folder + "/" + script);
    if (in == null) {
      throw new IOException("there is no " + script);
    }
    try (var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        checksum.update(line.getBytes(StandardCharsets.UTF_8));
      }
    }
    return (int) checksum.getValue();
  }
}
