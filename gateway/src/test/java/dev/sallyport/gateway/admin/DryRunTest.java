package dev.sallyport.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which queries of a change say that nothing is to change, and which say nothing clearly. */
class DryRunTest extends AdminScene {
  private static final String KEPT = "/admin/agentpolicies/kept";
  private static final String BEFORE = "spiffe://prod/before";
  private static final String AFTER = "spiffe://prod/after";

  @BeforeEach
  void putBack() {
    assertThat(send("PUT", KEPT, spec(BEFORE)).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"?dryRun", "?dryRun=", "?dryRun=true"})
  void changesNothingInADryRun(String query) {
    for (var answer : changes(query)) {
      assertThat(answer.statusCode()).isEqualTo(200);
    }

    assertThat(workload()).isEqualTo(BEFORE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?dryRun=false"})
  void changesWhatIsNoDryRun(String query) {
    assertThat(send("PUT", KEPT + query, spec(AFTER)).statusCode()).isEqualTo(200);
    assertThat(workload()).isEqualTo(AFTER);

    assertThat(send("POST", "/admin/apply" + query, document(BEFORE)).statusCode()).isEqualTo(200);
    assertThat(workload()).isEqualTo(BEFORE);

    assertThat(send("DELETE", KEPT + query, "").statusCode()).isEqualTo(200);
    assertThat(send("GET", KEPT, "").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dryRun=True",
        "dryRun=TRUE",
        "dryRun=1",
        "dryRun=0",
        "dryRun=yes",
        "dryRun=False",
        "dryRun=true%20",
        "dryRun=true;dryRun=false",
        "dryRun=false&dryRun=true",
        "dryRun=true&dryRun=true",
        "dryRun=false&dryRun",
        "dryRun&dryRun=false"
      })
  void refusesAChangeThatDoesNotSayClearlyWhetherItIsADryRun(String query) {
    for (var answer : changes("?" + query)) {
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(tree(answer).path("code").asText()).isEqualTo("malformed_request");
      assertThat(answer.body()).contains("one of dryRun, dryRun=true and dryRun=false, once");
    }

    assertThat(workload()).isEqualTo(BEFORE);
  }

  @ParameterizedTest
  @CsvSource({
    "dry_run=true, dry_run",
    "dryrun=true, dryrun",
    "dry-run, dry-run",
    "dryRun=true&force=1, force",
    "force&dryRun=false, force",
    "%64ryRun=true, %64ryRun",
    "If-Match=1, If-Match"
  })
  void namesAParameterThatNoChangeTakes(String query, String name) {
    for (var answer : changes("?" + query)) {
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(tree(answer).path("code").asText()).isEqualTo("malformed_request");
      assertThat(answer.body()).contains("There is no parameter " + name + " here.");
    }

    assertThat(workload()).isEqualTo(BEFORE);
  }

  private List<HttpResponse<String>> changes(String query) {
    return List.of(
        send("PUT", KEPT + query, spec(AFTER)),
        send("POST", "/admin/apply" + query, document(AFTER)),
        send("DELETE", KEPT + query, ""));
  }

  private String workload() {
    return gateway.admin().get(KEPT).orFail().at("/spec/identity/workload").asText();
  }

  private static String document(String workload) {
    return "[{\"apiVersion\":\"sallyport.dev/v1\",\"kind\":\"AgentPolicy\",\"metadata\":{\"name\":\"kept\"},"
        + spec(workload).substring(1)
        + "]";
  }
}
