package dev.sallyport.vault.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.testing.Warnings;
import dev.sallyport.vault.Destination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

public class SealedVaultTest extends OpenVault {
  @Test
  void lendsAWholeHeaderAsItWasWrittenAndABareSecretAsItsDestinationWantsIt() throws Exception {
    inForce(
        "crm",
        "{'kind':'header','header':'Authorization','value':'Basic "
            + CANARY
            + "','servers':['crm']}");
    assertThat(lentHeader(vault.plan("crm", CRM))).isEqualTo("Basic " + CANARY);

    inForce("crm", "{'kind':'secret','value':'" + CANARY + "','servers':['crm']}");
    assertThat(lentHeader(vault.plan("crm", CRM))).isEqualTo("Bearer " + CANARY);
  }

  @Test
  void keepsNothingOfTheValueInTheDocumentOrInTheDatabase_CV16() throws Exception {
    var stored = inForce("crm", "{'kind':'secret','value':'" + CANARY + "','servers':['crm']}");

    assertThat(stored.spec().toString())
        .isEqualTo("{\"kind\":\"secret\",\"servers\":[\"crm\"],\"sealed\":{\"version\":1}}");
    assertThat(database.everything()).contains("crm 1 ").doesNotContain(CANARY);
  }

  @Test
  void countsANewVersionOnlyIfTheValueIsNew() throws Exception {
    var spec = "{'kind':'secret','value':'" + CANARY + "','servers':['crm']}";
    var first = absorb(credential("crm", spec), Optional.empty());
    var again = absorb(credential("crm", spec), Optional.of(first));
    var other = absorb(credential("crm", spec.replace("canary", "canine")), Optional.of(again));

    assertThat(again.spec()).isEqualTo(first.spec());
    assertThat(other.spec().at("/sealed/version").asInt()).isEqualTo(2);
  }

  @Test
  void takesADocumentBackAsItGaveIt() throws Exception {
    var stored =
        absorb(
            credential("crm", "{'kind':'secret','value':'" + CANARY + "','servers':['crm']}"),
            Optional.empty());

    assertThat(absorb(stored, Optional.of(stored)).spec()).isEqualTo(stored.spec());
    assertThatThrownBy(() -> absorb(stored, Optional.empty()))
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessageContaining("/spec/sealed");
  }

  @Test
  void lendsFromAFileAndFromTheEnvironment() throws Exception {
    var file = Files.writeString(directory.resolve("token"), CANARY + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    inForce("crm", "{'kind':'secret','valueFrom':{'file':'" + file + "'},'servers':['crm']}");
    assertThat(lentHeader(vault.plan("crm", CRM))).isEqualTo("Bearer " + CANARY);

    inForce("crm", "{'kind':'secret','valueFrom':{'env':'CRM_TOKEN'},'servers':['crm']}");
    assertThat(lentHeader(vault.plan("crm", CRM))).isEqualTo("Bearer " + CANARY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'file':'/does/not/exist'}", "{'env':'UNSET'}"})
  void lendsNothingElseIfTheValueIsNotThere_CV13(String source) throws Exception {
    inForce("crm", "{'kind':'secret','valueFrom':" + source + ",'servers':['crm']}");
    var use = vault.plan("crm", CRM);

    assertThatThrownBy(() -> lentHeader(use))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.CREDENTIAL_UNAVAILABLE));
  }

  @Test
  void saysWhichVariableIsNotSet() throws Exception {
    inForce("crm", "{'kind':'secret','valueFrom':{'env':'UNSET'},'servers':['crm']}");
    var use = vault.plan("crm", CRM);
    var said = new ArrayList<String>();
    var logger = Logger.getLogger(SealedVault.class.getName());
    logger.setFilter(entry -> {
      said.add(new SimpleFormatter().formatMessage(entry));
      return false;
    });

    assertThatThrownBy(() -> lentHeader(use))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.trouble()).isEqualTo(Optional.of(said.getFirst()));
              assertThat(refusal.getMessage()).doesNotContain("UNSET");
              assertThat(refusal.advice()).doesNotContain("UNSET");
            });

    logger.setFilter(null);
    assertThat(said)
        .containsExactly("credential crm: the gateway's environment variable UNSET is not set");
  }

  @Test
  void saysWhatIsWrongOnceUntilItIsAnotherOrWasLent() throws Exception {
    var file = directory.resolve("token");
    inForce("crm", "{'kind':'secret','valueFrom':{'file':'" + file + "'},'servers':['crm']}");
    var warnings = new Warnings();
    var log = Logger.getLogger(SealedVault.class.getName());
    log.addHandler(warnings);
    try {
      refusesTwice();
      write(file, "");
      refusesTwice();
      write(file, CANARY);
      assertThat(lentHeader(vault.plan("crm", CRM))).endsWith(CANARY);
      write(file, "");
      refusesTwice();
    } finally {
      log.removeHandler(warnings);
    }

    assertThat(warnings.all()).hasSize(3).allMatch(said -> said.startsWith("credential crm: "));
    assertThat(warnings.all().get(2)).isEqualTo(warnings.all().get(1));
    assertThat(warnings.all().get(0)).isNotEqualTo(warnings.all().get(1));
  }

  private void refusesTwice() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> lentHeader(vault.plan("crm", CRM))).isInstanceOf(Refusal.class);
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void lendsToNoOneButThoseItIsBoundTo_CV10() throws Exception {
    inForce("crm", "{'kind':'secret','value':'" + CANARY + "','servers':['crm']}");

    for (var elsewhere :
        List.of(new Destination.Server("other"), new Destination.Provider("crm"))) {
      assertThatThrownBy(() -> vault.plan("crm", elsewhere)).isInstanceOf(Refusal.class);
      var forged = new CredentialUse("crm", 1, elsewhere.label());
      assertThatThrownBy(() -> lentHeader(forged)).isInstanceOf(Refusal.class);
    }
    assertThatThrownBy(() -> vault.plan("unknown", CRM)).isInstanceOf(Refusal.class);
  }

  @Test
  void lendsOnlyAgainstAnOpenPermitThatNamesTheUse() throws Exception {
    inForce("crm", "{'kind':'secret','value':'" + CANARY + "','servers':['crm']}");
    var use = vault.plan("crm", CRM);
    var closed = permitted(List.of(use), permit -> permit);

    assertThatThrownBy(() -> vault.lend(closed, use, BEARER))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> permitted(List.of(), permit -> vault.lend(permit, use, BEARER)))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void lendsNothingOnceTheLoanIsClosedAndSaysNothingOfItself() throws Exception {
    inForce("crm", "{'kind':'secret','value':'" + CANARY + "','servers':['crm']}");
    var use = vault.plan("crm", CRM);
    var lent = permitted(List.of(use), permit -> vault.lend(permit, use, BEARER));
    assertThat(lent.toString()).doesNotContain(CANARY);
    lent.close();

    assertThat(lent.headers()).isEmpty();
    assertThat(lent.redactor().redact("x " + CANARY)).isEqualTo("x [REDACTED:crm]");
  }

  @Test
  void doesNotOpenASecretThatWasMovedToAnotherRow_CV11() throws Exception {
    inForce("crm", "{'kind':'secret','value':'" + CANARY + "','servers':['crm']}");
    try (var connection = dataSource.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "insert into vault_secret select 'other', version, kek_id, ciphertext, created_at"
              + " from vault_secret");
    }
    resources
        .prepare(
            new ResourceSet(
                List.of(
                    credential(
                        "other", "{'kind':'secret','sealed':{'version':1},'servers':['crm']}"))))
        .activate();
    var use = vault.plan("other", CRM);

    assertThatThrownBy(() -> lentHeader(use))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal ->
                assertThat(refusal.trouble())
                    .contains(
                        "credential other: cannot be opened: put back the key file that it was"
                            + " sealed with, or write its value anew"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'kind':'secret','value':'password','servers':['crm']}",
        "{'kind':'secret','value':'Bearer 1234567','servers':['crm']}",
        "{'kind':'secret','value':'aaaaaaaaaaaaaaaa','servers':['crm']}",
        "{'kind':'secret','value':'line-one-abc\\r\\nX-Evil: 1','servers':['crm']}",
        "{'kind':'secret','value':'canary-7Qp2xLm9vR4t'}",
        "{'kind':'secret','value':'canary-7Qp2xLm9vR4t','servers':[]}",
        "{'kind':'secret','servers':['crm']}",
        "{'kind':'vault','value':'canary-7Qp2xLm9vR4t','servers':['crm']}",
        "{'kind':'header','value':'canary-7Qp2xLm9vR4t','servers':['crm']}",
        "{'kind':'header','header':'A:\\nB','value':'canary-7Qp2xLm9vR4t','servers':['crm']}",
        "{'kind':'secret','header':'X','value':'canary-7Qp2xLm9vR4t','servers':['crm']}",
        "{'kind':'secret','valueFrom':{'file':'relative'},'servers':['crm']}",
        "{'kind':'secret','valueFrom':{},'servers':['crm']}",
        "{'kind':'secret','valueFrom':{'vault':'x'},'servers':['crm']}",
        "{'kind':'secret','value':'canary-7Qp2xLm9vR4t','valueFrom':{'env':'A'},'servers':['crm']}"
      })
  void refusesWhatItCouldNotKeepLendOrFindAgain(String spec) {
    assertThatThrownBy(() -> absorb(credential("crm", spec), Optional.empty()))
        .isInstanceOf(InvalidResourcesException.class)
        .message()
        .doesNotContain("7Qp2xLm9vR4t");
  }

  @Test
  void opensNoKeyFileThatOthersCanRead_CV12() throws Exception {
    Files.setPosixFilePermissions(
        directory.resolve("kek.json"), PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> kek(true))
        .isInstanceOf(KekException.class)
        .hasMessageContaining("chmod 600");
  }

  @Test
  void makesNoNewKeyOverWhatIsSealed_CV12() throws Exception {
    Files.delete(directory.resolve("kek.json"));

    assertThatThrownBy(() -> kek(true))
        .isInstanceOf(KekException.class)
        .hasMessageContaining("missing");
    assertThat(directory.resolve("kek.json")).doesNotExist();
  }

  @Test
  void opensNothingThatIsNotAKey_CV12() throws Exception {
    Files.writeString(directory.resolve("kek.json"), "{}");

    assertThatThrownBy(() -> kek(true))
        .isInstanceOf(KekException.class)
        .hasMessageContaining("backup");
  }

  /** Replicas that share a database and a key file, and start for the first time together. */
  @Test
  void letsReplicasOfOneFirstStartHaveTheSameKeys() throws Exception {
    var file = directory.resolve("first.json");
    var together = new CyclicBarrier(6);
    var replicas =
        Collections.<Callable<List<Object>>>nCopies(
            6,
            () -> {
              together.await();
              var kek = FileKek.open(file, false);
              var keys =
                  SealedSigningKeys.open(
                      SealedSigningKeys.EVIDENCE, dataSource, new Sealer(kek), clock);
              return List.of(kek.id(), keys.publicKey());
            });

    var opened = new HashSet<List<Object>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var replica : threads.invokeAll(replicas)) {
        opened.add(replica.get());
      }
    }

    assertThat(opened).hasSize(1);
  }

  @Test
  void saysThatTheKeyIsAnotherThanWhatTheSigningKeyWasSealedWith_CV12() throws Exception {
    var keys =
        SealedSigningKeys.open(
            SealedSigningKeys.EVIDENCE, dataSource, new Sealer(kek(false)), clock);
    assertThat(
            SealedSigningKeys.open(
                    SealedSigningKeys.TOKENS, dataSource, new Sealer(kek(true)), clock)
                .publicKey())
        .isNotEqualTo(keys.publicKey());
    assertThat(
            SealedSigningKeys.open(
                    SealedSigningKeys.EVIDENCE, dataSource, new Sealer(kek(true)), clock)
                .publicKey())
        .isEqualTo(keys.publicKey());
    assertThat(SecretStore.anySealed(dataSource)).isTrue();

    var other = FileKek.open(directory.resolve("other.json"), false);
    assertThatThrownBy(() ->
            SealedSigningKeys.open(
                SealedSigningKeys.EVIDENCE, dataSource, new Sealer(other), clock))
        .isInstanceOf(KekException.class)
        .hasMessageContaining("another key file");
  }
}
