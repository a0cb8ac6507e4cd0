package dev.sallyport.vault.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.HotSpotDiagnosticMXBean;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.vault.Destination;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialRulesTest extends OpenVault {
  private static final String SPEC = "{'kind':'secret','value':'" + CANARY + "','servers':['crm']}";

  @ParameterizedTest
  @ValueSource(
      strings = {"Host", "content-length", "Transfer-Encoding", "CONNECTION", "Accept-Encoding"})
  void refusesHeadersThatSayHowAMessageIsSent(String header) {
    var spec =
        "{'kind':'header','header':'" + header + "','value':'" + CANARY + "','servers':['crm']}";
    assertThatThrownBy(() -> absorb(credential("crm", spec), Optional.empty()))
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessageContaining(header);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Password123!", "Bearer changeme", "bearer your-api-key", "undefined"})
  void refusesWordsThatStandInAnyText(String value) {
    var spec = SPEC.replace(CANARY, value);
    assertThatThrownBy(() -> absorb(credential("crm", spec), Optional.empty()))
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessageContaining("common word")
        .hasMessageNotContaining(value);
  }

  @Test
  void boundsTheLengthOfASecret() throws Exception {
    var bytes = new byte[SecretText.MAX_LENGTH / 2];
    new SecureRandom().nextBytes(bytes);
    var longest = HexFormat.of().formatHex(bytes);
    absorb(credential("crm", SPEC.replace(CANARY, longest)), Optional.empty());
    assertThatThrownBy(
            () -> absorb(credential("crm", SPEC.replace(CANARY, longest + "0")), Optional.empty()))
        .isInstanceOf(InvalidResourcesException.class);
    absorb(credential("crm", SPEC.replace(CANARY, "7Qp2xLm9")), Optional.empty());
    assertThatThrownBy(
            () -> absorb(credential("crm", SPEC.replace(CANARY, "7Qp2xLm")), Optional.empty()))
        .isInstanceOf(InvalidResourcesException.class);
  }

  @Test
  void refusesWhatRepeatsItselfWithoutEnd() {
    var spec = SPEC.replace(CANARY, "abcd".repeat(1000));
    assertThatThrownBy(() -> absorb(credential("crm", spec), Optional.empty()))
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessageContaining("repeats");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw----r--", "rw----rw-", "rw--w----"})
  void lendsFromNoFileThatOthersCanReadOrWrite(String mode) throws Exception {
    var file = Files.writeString(directory.resolve("token"), CANARY);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    inForce("crm", "{'kind':'secret','valueFrom':{'file':'" + file + "'},'servers':['crm']}");
    var use = vault.plan("crm", CRM);
    assertThatThrownBy(() -> lentHeader(use)).isInstanceOf(Refusal.class);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(lentHeader(use)).isEqualTo("Bearer " + CANARY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/zero", "/", "short", "two\nlines-of-text"})
  void lendsFromNoFileThatHoldsNoSecret(String content) throws Exception {
    var file = Path.of(content);
    if (!file.isAbsolute()) {
      file = Files.writeString(directory.resolve("token"), content);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    inForce("crm", "{'kind':'secret','valueFrom':{'file':'" + file + "'},'servers':['crm']}");
    var use = vault.plan("crm", CRM);
    assertThatThrownBy(() -> lentHeader(use)).isInstanceOf(Refusal.class);
  }

  @Test
  void destroysTheValueOfACredentialThatIsRemovedAndGivesNoNumberTwice() throws Exception {
    var stored = inForce("crm", SPEC);
    try (var connection = dataSource.getConnection()) {
      resources.forget(new Resource.Key("Credential", "crm"), connection);
      var rows = connection.createStatement().executeQuery("select ciphertext from vault_secret");
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEmpty();
    }
    resources.prepare(new ResourceSet(List.of())).activate();
    assertThatThrownBy(() -> vault.plan("crm", CRM)).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> absorb(stored, Optional.empty()))
        .isInstanceOf(InvalidResourcesException.class);
    assertThat(inForce("crm", SPEC).spec().at("/sealed/version").asInt()).isEqualTo(2);
    assertThat(lentHeader(vault.plan("crm", CRM))).isEqualTo("Bearer " + CANARY);
  }

  @Test
  void refusesAUseThatWasPlannedBeforeTheValueChanged() throws Exception {
    inForce("crm", SPEC);
    var planned = vault.plan("crm", CRM);
    inForce("crm", SPEC.replace("canary", "canine"));
    assertThatThrownBy(() -> lentHeader(planned)).isInstanceOf(Refusal.class);
  }

  @Test
  void answersAlikeWhetherThereIsNoCredentialOrItIsBoundElsewhere() throws Exception { // CV-18
    inForce("crm", SPEC);
    assertThat(refused("unknown", CRM)).isEqualTo(refused("crm", new Destination.Server("other")));
  }

  private String refused(String credential, Destination destination) {
    try {
      return String.valueOf(vault.plan(credential, destination));
    } catch (Refusal refusal) {
      return refusal.code() + ": " + refusal.advice();
    }
  }

  @Test
  void notesHowOftenTheSecretCameBack() throws Exception {
    inForce("crm", SPEC);
    var use = vault.plan("crm", CRM);
    var facts =
        permitted(
            List.of(use),
            permit -> {
              try (var lent = vault.lend(permit, use, BEARER)) {
                lent.redactor().redact(CANARY + CANARY);
              }
              return permit.facts();
            });
    assertThat(facts.get("redacted").intValue()).isEqualTo(2);
  }

  @Test
  void keepsNoTableLongerThanItIsUsed() {
    var ticking = new TestingClock();
    var automatons = new Automatons(ticking);
    automatons.of("one", CANARY + "1");
    ticking.advance(Automatons.MAX_UNUSED.minusSeconds(1));
    automatons.of("two", CANARY + "2");
    assertThat(automatons.size()).isEqualTo(2);
    ticking.advance(Automatons.MAX_UNUSED.dividedBy(2));
    automatons.of("two", CANARY + "2");
    assertThat(automatons.size()).isEqualTo(1);
  }

  @Test
  void keepsNoOpenedValueOnceManyWereLent() throws Exception { // CV-22
    var hidden = new byte[16];
    new SecureRandom().nextBytes(hidden);
    lendOften(hidden);

    var dump = directory.resolve("heap.hprof");
    var diagnostics = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    diagnostics.dumpHeap(dump.toString(), true);
    assertThat(holds(dump, NOW.toString().getBytes(StandardCharsets.US_ASCII))).isTrue();
    assertThat(holds(dump, HexFormat.of().formatHex(hidden).getBytes(StandardCharsets.US_ASCII)))
        .isFalse();
  }

  /** Lends a secret whose text nothing here holds on to. */
  private void lendOften(byte[] hidden) throws Exception {
    ObjectNode spec = JsonNodeFactory.instance.objectNode().put("kind", "secret");
    spec.put("value", HexFormat.of().formatHex(hidden)).putArray("servers").add("crm");
    inForce("crm", spec.toString());
    var use = vault.plan("crm", CRM);
    int length = "Bearer ".length() + 2 * hidden.length;
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var lengths = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 10_000; i++) {
        lengths.add(executor.submit(() -> lentHeader(use).length()));
      }
      for (var lent : lengths) {
        assertThat(lent.get()).isEqualTo(length);
      }
    }
  }

  /** Whether a file holds the bytes. */
  private static boolean holds(Path file, byte[] bytes) throws Exception {
    var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    return text.contains(new String(bytes, StandardCharsets.ISO_8859_1));
  }
}
