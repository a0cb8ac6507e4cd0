package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Target;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is asked of a task is decided on the arguments of the call that began it; where they are too
 * long to be kept, on none that could be looked at.
 */
class TaskArgumentsTest extends ServerScene {
  private static final Target JOB = new Target.Tool("crm", "job");
  private static final String BINDING =
      """
      {"server": "crm", "tools": {
        "job": {"resource": "work", "action": "do",
                "parameters": {"named": "/x", "other": "/y"}}}}
      """;
  private static final int LONGEST = 2 * 1_024;
  private static final int TOO_LONG = LONGEST + 1;
  private static final List<String> METHODS = List.of("tasks/get", "tasks/update", "tasks/cancel");

  @ParameterizedTest
  @CsvSource({"" + LONGEST, "" + TOO_LONG})
  void needsNoArgumentsWhereNoConditionLooksAtThem(int bytes) {
    var task = begun(bytes);

    for (var method : METHODS) {
      assertThat(ask("alice", "", method, task).json().has("result")).isTrue();
      assertBegun(ALICE, JOB);
    }
  }

  @ParameterizedTest(name = "deny {0}, {1} bytes")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "has(args.x) | " + LONGEST + " | denied_by_rule",
        "has(args.x) | " + TOO_LONG + " | condition_failed.arguments_unknown",
        "has(args.y) | " + TOO_LONG + " | condition_failed.arguments_unknown",
        "'x' in args | " + TOO_LONG + " | condition_failed.arguments_unknown",
        "size(args) > 0 | " + TOO_LONG + " | condition_failed.arguments_unknown",
        "args.x.startsWith('aa') | " + LONGEST + " | denied_by_rule",
        "args.x.startsWith('aa') | " + TOO_LONG + " | condition_failed.arguments_unknown",
        "has(params.named) | " + LONGEST + " | denied_by_rule",
        "has(params.named) | " + TOO_LONG + " | condition_failed.arguments_unknown",
        "params.named != '' | " + TOO_LONG + " | condition_failed.arguments_unknown",
      })
  void deniesWhereADenialLooksAtWhatIsNotKnown(String condition, int bytes, String reason) {
    var task = begun(bytes);
    inForce(BINDING, rules("{\"resource\":\"work\",\"actions\":[\"do\"]}", "deny", condition));
    long carried = carried(crm);

    for (var method : METHODS) {
      assertThat(ask("alice", "", method, task).json().has("error")).isTrue();
      assertDenied(ALICE, JOB, reason);
    }
    assertThat(carried(crm)).isEqualTo(carried);
  }

  @ParameterizedTest(name = "allow {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "has(args.x)",
        "!has(args.y)",
        "size(args) == 1",
        "!has(params.other)",
        "args.x != 'b'",
      })
  void grantsNothingWhereAGrantLooksAtWhatIsNotKnown(String condition) {
    var known = begun(LONGEST);
    var unknown = begun(TOO_LONG);
    inForce(BINDING, rules("", "actions", condition));

    assertThat(ask("alice", "", "tasks/get", known).json().has("result")).isTrue();
    assertThat(ask("alice", "", "tasks/get", unknown).json().has("error")).isTrue();
    assertDenied(ALICE, JOB, "condition_failed.arguments_unknown");
  }

  private ObjectNode begun(int bytes) {
    inForce(ALL);
    int around = "{\"x\":\"\"}".length();
    var params = object("{\"name\":\"crm__job\",\"arguments\":{}}");
    params.withObjectProperty("arguments").put("x", "a".repeat(bytes - around));
    var answer = ask("alice", "", "tools/call", params).json();
    return object("{}").put("taskId", answer.at("/result/taskId").asText());
  }

  private static String rules(String first, String says, String condition) {
    var rule = "{\"resource\":\"work\",\"%s\":[\"do\"],\"when\":\"%s\"}".formatted(says, condition);
    return policy("alice", first.isEmpty() ? rule : first + "," + rule);
  }
}
