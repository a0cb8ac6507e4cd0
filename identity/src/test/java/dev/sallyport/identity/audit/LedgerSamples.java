package dev.sallyport.identity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Actions, and what stands in ledgers, for tests of evidence. */
final class LedgerSamples {
  static final Decision.Allowed ALLOWED =
      new Decision.Allowed(
          new Decision.Rule("analyst", "0123456789ab", "/spec/tools/0/actions/0"),
          "salesforce.accounts",
          "read",
          List.of());

  private LedgerSamples() {}

  static ObjectNode facts() {
    return JsonNodeFactory.instance.objectNode();
  }

  static CallId call(String value) {
    return new CallId(value);
  }

  static Action action() {
    return action(new Target.Tool("sf", "query"), "{\"secret\":\"canary\"}");
  }

  static Action action(Target target, String payload) {
    var principal =
        new Principal(
            new PrincipalId("spiffe://prod/agent/a"),
            AuthenticationMethod.JWT_SVID,
            "prod",
            Instant.MAX);
    return new Action(
        new Caller(principal, turn('a'), Door.MCP),
        target,
        facts().put("secret", "canary"),
        payload.getBytes(StandardCharsets.UTF_8),
        List.of(new CredentialUse("crm", 2, "server:sf")));
  }

  static Turn turn(char letter) {
    return new Turn(
        new TurnId("turn_" + String.valueOf(letter).repeat(26)),
        new PrincipalId("spiffe://prod/agent/a"),
        Instant.EPOCH);
  }

  static List<JsonNode> records(Path directory) throws IOException {
    var records = new ArrayList<JsonNode>();
    new EvidenceReader(directory).forEach(records::add);
    return records;
  }

  /** Type, call and outcome of every record, such as {@code outcome c1 unknown}. */
  static List<String> summary(Path directory) throws IOException {
    return records(directory).stream()
        .map(record ->
            (record.path("type").asText()
                    + " "
                    + record.path("call_id").asText(record.path("event").asText())
                    + " "
                    + record.path("outcome").asText())
                .strip())
        .toList();
  }
}
