package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.sallyport.gateway.cli.CommandRunner.Named;
import dev.sallyport.gateway.config.Environment;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.vault.seal.FileKek;
import dev.sallyport.vault.seal.SealedSigningKeys;
import dev.sallyport.vault.seal.Sealer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The command doctor, on a machine whose data directories and ports are free at first. */
abstract class DoctorScene {
  @TempDir Path folder;
  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();
  final Map<String, String> variables = new HashMap<>();
  Path data;

  @BeforeEach
  void configure() {
    data = folder.resolve("none/data");
    variables.put("SALLYPORT_DATA", data.toString());
    variables.put("SALLYPORT_LISTEN_PORT", "0");
    variables.put("SALLYPORT_ADMIN_PORT", "0");
  }

  /** A data directory with a store in which a key is sealed. */
  final Path storeIn(String name) throws Exception {
    var closed = PosixFilePermissions.fromString("rwx------");
    var directory =
        Files.createDirectory(folder.resolve(name), PosixFilePermissions.asFileAttribute(closed));
    try (var pool = pool(directory)) {
      List.of("gateway", "identity", "llm", "mcp", "vault")
          .forEach(module -> Migrations.run(pool, module));
      var sealer = new Sealer(FileKek.open(directory.resolve("kek.json"), false));
      SealedSigningKeys.open(SealedSigningKeys.EVIDENCE, pool, sealer, InstantSource.system());
    }
    return directory;
  }

  static void execute(Path directory, String sql) throws SQLException {
    try (var pool = pool(directory);
        var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(sql)).isPositive();
    }
  }

  /** The store of a data directory, as a gateway opens it. */
  static HikariDataSource pool(Path directory) {
    var pool = new HikariDataSource();
    pool.setJdbcUrl("jdbc:h2:file:" + directory.resolve("store") + ";DB_CLOSE_ON_EXIT=FALSE");
    pool.setUsername("sa");
    pool.setPassword("");
    return pool;
  }

  /** Runs the command, and gives its exit code. */
  final int doctor(String... arguments) {
    out.getBuffer().setLength(0);
    var terminal = new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false);
    var environment = new Environment(variables);
    var command = new Named("doctor", () -> new DoctorCommand(terminal, environment));
    var line = new String[arguments.length + 1];
    line[0] = "doctor";
    System.arraycopy(arguments, 0, line, 1, arguments.length);
    return new CommandRunner(List.of(command), terminal, "testing").run(line);
  }

  /** What it said of one thing. */
  final List<String> lines(String what) {
    return out.toString().lines().filter(line -> line.startsWith(what + " ", 6)).toList();
  }
}
