package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.testing.TestingGateway;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of the evidence by what they are called, and moments that are past. */
class NamedRecordsTest {
  @TempDir private Path folder;
  private TestingGateway gateway;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @BeforeEach
  void start() {
    gateway = TestingGateway.start(folder);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void showsTheOneCallWhoseIdBeginsLikeThis() {
    var id = call();

    assertThat(run("audit", "show", "--call", id)).isZero();
    var whole = out.toString();
    assertThat(run("audit", "show", "--call", id.substring(0, id.length() - 1))).isZero();

    assertThat(out.toString()).isEqualTo(whole).contains(id);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void saysWhatIsWrongWhereNoCallOrSeveralAreMeant() {
    call();
    assertThat(run("audit", "show", "--call", "ffffffff")).isEqualTo(1);
    assertThat(err.toString())
        .contains("The evidence holds no call whose id begins with ffffffff.");

    run("revoke", "spiffe://prod/agent/a");
    run("revoke", "spiffe://prod/agent/b");
    assertThat(run("audit", "show", "--call", "0")).isEqualTo(1);
    assertThat(err.toString()).contains("The ids of several calls begin with 0, such as 0");

    assertThat(run("audit", "show", "--turn", "turn_none")).isEqualTo(1);
    assertThat(err.toString()).contains("The evidence holds no call of the turn turn_none.");
  }

  @Test
  void saysWhyItCannotExplainACall() {
    run("delete", "mcpserver", "none");
    var records = gateway.admin().get("/admin/evidence?last=20").orFail().path("items");
    var id =
        records
            .valueStream()
            .filter(record -> record.path("code").asText().equals("unknown_resource"))
            .map(record -> record.path("call_id").asText())
            .findFirst()
            .orElseThrow();

    assertThat(run("explain", id)).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "No result is kept of that call. It ended refused unknown_resource. Its records:"
                + " sallyport audit show --call %s\n".formatted(id));
    assertThat(run("explain", "ffffffff-ffff-ffff-ffff-ffffffffffff")).isEqualTo(1);
    assertThat(err.toString()).contains("The evidence holds no call ffffffff-");
    assertThat(run("explain", id.substring(0, 12))).isEqualTo(1);
    assertThat(err.toString()).contains(id.substring(0, 12) + " is no id of a call.");
  }

  @Test
  void saysWhereAModelIsGranted() {
    var asked = new String[] {"explain", "--as", "spiffe://prod/agent/a", "--model", "fast"};

    assertThat(run(asked)).isZero();
    assertThat(out.toString())
        .contains("- No policy names spiffe://prod/agent/a: apply an AgentPolicy that grants model")
        .contains(" grants model fast.");

    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: a}
        spec: {identity: {workload: 'spiffe://prod/agent/a'}, models: {allow: [slow]}}
        """);
    assertThat(run(asked)).isZero();
    assertThat(out.toString())
        .contains("- Nothing grants model fast: name it in models.allow.")
        .doesNotContain("actions of that resource");
  }

  @Test
  void takesNoMomentThatIsPast() {
    var past = "2020-01-01T00:00:00Z";

    assertThat(run("key", "--org", "a", "--team", "b", "--expires-at", past)).isEqualTo(1);
    assertThat(err.toString()).contains("is past: name a moment that is still to come");
    assertThat(run("revoke", "spiffe://prod/agent/a", "--until", past)).isEqualTo(1);
    assertThat(err.toString()).contains("is past: name a moment that is still to come");

    assertThat(gateway.admin().get("/admin/virtualkeys").orFail().path("items")).isEmpty();
    assertThat(gateway.admin().get("/admin/revocations").orFail().path("items")).isEmpty();
  }

  /**
   * As in an export that is put back: nothing of it goes in, and all that is in the way is named.
   */
  @Test
  void namesAllOfASetThatIsOver() {
    var reply =
        gateway.tryApply(
            """
            apiVersion: sallyport.dev/v1
            kind: VirtualKey
            metadata: {name: old}
            spec: {orgId: a, teamId: b, expiresAt: '2020-01-01T00:00:00Z'}
            ---
            apiVersion: sallyport.dev/v1
            kind: Revocation
            metadata: {name: gone}
            spec: {principal: 'spiffe://prod/agent/a', until: '2020-01-01T00:00:00Z'}
            ---
            apiVersion: sallyport.dev/v1
            kind: VirtualKey
            metadata: {name: new}
            spec: {orgId: a, teamId: b, expiresAt: '2036-01-01T00:00:00Z'}
            """);

    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.body().path("errors"))
        .extracting(error ->
            error.path("kind").asText()
                + " "
                + error.path("name").asText()
                + " "
                + error.path("pointer").asText())
        .containsExactlyInAnyOrder("VirtualKey old /spec/expiresAt", "Revocation gone /spec/until");
    assertThat(gateway.admin().get("/admin/virtualkeys").orFail().path("items")).isEmpty();
  }

  /** The id of the last call on record. */
  private String call() {
    var records = gateway.admin().get("/admin/evidence?last=1").orFail().path("items");
    return records.path(0).path("call_id").asText();
  }

  private int run(String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    return TestingCommands.run(gateway.dataDirectory(), out, err, arguments);
  }
}
