package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.vault.seal.FileKek;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorCommandTest extends DoctorScene {
  @Test
  void findsNothingWrongWhereUpWouldStartAndMakesNothing() {
    assertThat(doctor()).as(out.toString()).isZero();

    assertThat(lines("config")).containsExactly("ok    config       no file is named");
    assertThat(lines("data"))
        .containsExactly("ok    data         " + data + " (made at the first start)");
    assertThat(lines("listen")).containsExactly("ok    listen       any free port on 127.0.0.1");
    assertThat(lines("admin")).containsExactly("ok    admin        any free port on 127.0.0.1");
    assertThat(lines("store")).containsExactly("ok    store        made at the first start");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void looksAtThePortsOfTheFileTheEnvironmentAndTheFlags() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = String.valueOf(taken.getLocalPort());
      variables.put("SALLYPORT_LISTEN_PORT", port);
      assertThat(doctor()).isEqualTo(1);
      assertThat(lines("listen"))
          .singleElement()
          .asString()
          .startsWith("FAIL  listen       Port " + port + " on 127.0.0.1 is in use or not allowed");

      assertThat(doctor("--port", "0", "--admin-port", port)).isEqualTo(1);
      assertThat(lines("listen")).singleElement().asString().startsWith("ok ");
      assertThat(lines("admin")).singleElement().asString().startsWith("FAIL ");

      variables.remove("SALLYPORT_LISTEN_PORT");
      var file = Files.writeString(folder.resolve("c.yaml"), "listen:\n  port: " + port + "\n");
      assertThat(doctor("--config", file.toString())).isEqualTo(1);
      assertThat(lines("config")).containsExactly("ok    config       " + file);
      assertThat(lines("listen")).singleElement().asString().startsWith("FAIL ");

      variables.put("SALLYPORT_CONFIG", file.toString());
      assertThat(doctor()).isEqualTo(1);
      assertThat(lines("listen")).singleElement().asString().startsWith("FAIL ");
    }
  }

  @Test
  void saysWhoDecidesHeldCallsAndWhatTheirTokensAreFor() throws IOException {
    assertThat(doctor("--data", folder.resolve("none").toString())).as(out.toString()).isZero();
    assertThat(lines("approvers")).isEmpty();

    var file = Files.writeString(folder.resolve("c.yaml"), "admin:\n  approvers: [ada]\n");
    assertThat(doctor("--config", file.toString())).isEqualTo(1);
    assertThat(lines("config"))
        .singleElement()
        .asString()
        .startsWith(
            "FAIL  config       " + file + ":2: admin.approvers is \"ada\", must be spiffe://");

    var names = "oidc://corp/ben,oidc://corp/ada";
    var data = folder.resolve("none").toString();
    assertThat(doctor("--data", data, "--admin-approvers", names, "--audience", "gate")).isZero();
    assertThat(lines("approvers"))
        .singleElement()
        .asString()
        .contains("are oidc://corp/ada, oidc://corp/ben, by tokens for gate/admin");
  }

  @Test
  void saysEachMistakeInTheConfigurationAsUpDoes() throws IOException {
    var file = Files.writeString(folder.resolve("c.yaml"), "listen:\n  prt: 1\n");

    assertThat(doctor("--config", file.toString(), "--admin-port", "x")).isEqualTo(1);

    assertThat(lines("config"))
        .containsExactlyInAnyOrder(
            "FAIL  config       " + file + ":2: listen.prt is not a key; did you mean listen.port?",
            "FAIL  config       --admin-port: admin.port is \"x\", must be a whole number from 0 to"
                + " 65535");
    assertThat(lines("java")).isNotEmpty();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void saysWhatIsWrongWithTheDataDirectory() throws IOException {
    var open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    var file = Files.writeString(folder.resolve("file"), "");

    assertThat(doctor("--data", open.toString())).isEqualTo(1);
    assertThat(lines("data")).singleElement().asString().contains("chmod 700 " + open);
    assertThat(doctor("--data", file.toString())).isEqualTo(1);
    assertThat(lines("data")).singleElement().asString().endsWith(" is not a directory.");
    assertThat(doctor("--data", file.resolve("below").toString())).isEqualTo(1);
    assertThat(lines("data")).singleElement().asString().contains("cannot be written");
  }

  @Test
  void saysWhatIsWrongWithTheKeyAndTheAdminTokenAndMakesNeither() throws IOException {
    var closed = PosixFilePermissions.fromString("rwx------");
    var directory =
        Files.createDirectory(
            folder.resolve("there"), PosixFilePermissions.asFileAttribute(closed));
    assertThat(doctor("--data", directory.toString())).as(out.toString()).isZero();
    assertThat(directory).isEmptyDirectory();

    var key = Files.writeString(directory.resolve("kek.json"), "{}");
    var token = Files.writeString(directory.resolve("admin-token"), "x".repeat(43) + "\n");
    for (var file : List.of(key, token)) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
    assertThat(doctor("--data", directory.toString())).isEqualTo(1);
    assertThat(lines("key")).singleElement().asString().endsWith("run: chmod 600 " + key);
    assertThat(lines("token"))
        .singleElement()
        .asString()
        .startsWith("FAIL  token        The admin token cannot be used: others may read")
        .contains("remove " + token);

    Files.delete(key);
    Files.writeString(directory.resolve("store.mv.db"), "");
    assertThat(doctor("--data", directory.toString())).isEqualTo(1);
    assertThat(lines("key"))
        .containsExactly(
            "FAIL  key          the key file "
                + key
                + " is missing, and there is a store in the data directory: if anything is sealed"
                + " in it, it cannot be opened without that key; put the key file back from your"
                + " backup, or name an empty directory with --data");
  }

  @Test
  void saysThatADatabaseDoesNotAnswer() throws IOException {
    try (var silent = new Socket()) { // has the port, so that nobody else listens there
      silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var nobody = "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/sallyport";

      assertThat(doctor("--store-url", nobody)).isEqualTo(1);
    }

    assertThat(lines("store"))
        .singleElement()
        .asString()
        .startsWith("FAIL  store        The database of store.url does not answer");
  }

  @Test
  void looksIntoAStoreWhetherTheKeyOpensWhatIsSealedInIt() throws Exception {
    var directory = storeIn("there");
    var key = directory.resolve("kek.json");
    assertThat(doctor("--data", directory.toString())).as(out.toString()).isZero();
    assertThat(lines("store"))
        .containsExactly("ok    store        its tables are as this version has them");

    Files.move(key, folder.resolve("kept.json"));
    assertThat(doctor("--data", directory.toString())).isEqualTo(1);
    assertThat(lines("key"))
        .containsExactly(
            "FAIL  key          the key file "
                + key
                + " is missing, and there are secrets sealed with it; put it back from your backup"
                + " (a new one could open none of them)");

    FileKek.open(key, false);
    assertThat(doctor("--data", directory.toString())).isEqualTo(1);
    assertThat(lines("key"))
        .containsExactly(
            "FAIL  key          the key file "
                + key
                + " does not open what is sealed in the store: evidence-1; put back the key file"
                + " with which that was sealed");
  }

  @Test
  void asksForNoKeyWhereNothingIsSealed() throws Exception {
    var directory = storeIn("there");
    Files.delete(directory.resolve("kek.json"));
    execute(directory, "delete from vault_signing_key");

    assertThat(doctor("--data", directory.toString())).as(out.toString()).isZero();
    assertThat(lines("key")).singleElement().asString().endsWith("(made at the first start)");
  }

  @Test
  void saysThatTheTablesOfAStoreAreOlderLaterOrBroken() throws Exception {
    var directory = storeIn("there");
    execute(directory, "delete from \"mcp_schema\" where \"version\" = '006'");
    assertThat(doctor("--data", directory.toString())).as(out.toString()).isZero();
    assertThat(lines("store"))
        .containsExactly("ok    store        its tables are brought up to date at the next start");

    execute(directory, "update \"llm_schema\" set \"success\" = false where \"version\" = '001'");
    assertThat(doctor("--data", directory.toString())).isEqualTo(1);
    assertThat(lines("store")).singleElement().asString().contains("tables of llm failed");

    execute(
        directory,
        "update \"gateway_schema\" set \"script\" = 'V999__x.sql' where \"version\" = '001'");
    assertThat(doctor("--data", directory.toString())).isEqualTo(1);
    assertThat(lines("store"))
        .singleElement()
        .asString()
        .contains("tables of gateway are of a later version");
  }

  @Test
  void leavesTheStoreOfARunningGatewayAlone() throws Exception {
    var directory = storeIn("there");
    Files.writeString(
        directory.resolve("addresses.json"),
        """
        {"data": "http://127.0.0.1:1", "admin": "http://127.0.0.1:2", "pid": %d}
        """
            .formatted(ProcessHandle.current().pid()));
    execute(directory, "delete from \"mcp_schema\"");

    assertThat(doctor("--data", directory.toString())).as(out.toString()).isZero();

    assertThat(lines("store"))
        .containsExactly("ok    store        open in the running gateway, and so not looked into");
  }

  /** A store may hold thousands: the first are named, by which it is known which key is meant. */
  @Test
  void namesTheFirstTenOfWhatTheKeyDoesNotOpen() throws Exception {
    var directory = storeIn("there");
    var key = directory.resolve("kek.json");
    execute(
        directory,
        "insert into vault_secret select 'c' || x, 1, kek_id, ciphertext, created_at"
            + " from vault_signing_key, system_range(0, 9)");
    Files.move(key, folder.resolve("kept.json"));
    FileKek.open(key, false);
    doctor("--data", directory.toString());
    assertThat(lines("key"))
        .singleElement()
        .asString()
        .contains(" in the store: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and 1 more; put back");

    execute(directory, "delete from vault_signing_key");
    doctor("--data", directory.toString());
    assertThat(lines("key"))
        .singleElement()
        .asString()
        .contains(" in the store: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9; put back");
  }
}
