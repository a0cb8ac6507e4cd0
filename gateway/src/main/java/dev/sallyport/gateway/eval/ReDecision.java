package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.document.DocumentReader;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.gateway.resource.ResourceDocuments;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.audit.TargetRecord;
import dev.sallyport.identity.grant.GrantAuthority;
import dev.sallyport.identity.grant.PolicySet;
import dev.sallyport.identity.grant.TurnFacts;
import dev.sallyport.identity.replay.RecordedDecisions;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Decides once more, from evidence and the policies alone, what a gateway has decided. Thread-safe.
 */
final class ReDecision {
  private static final Set<String> DECIDED = Set.of("intent", "held", "denied");

  private static final Circumstances UNKNOWN =
      new Circumstances(Instant.EPOCH, Optional.empty(), "", 0);

  private final GrantAuthority authority;

  /**
   * One that knows policies.
   *
   * @param resources documents of YAML
   * @param model the alias of the quarantined model
   */
  ReDecision(String resources, String model) throws IOException {
    authority = new GrantAuthority(Optional.of(model), TurnFacts.CLEAN, InstantSource.system());
    try {
      var read = ResourceDocuments.read(DocumentReader.yaml("resources", resources));
      authority.use(PolicySet.compile(new ResourceSet(read)));
    } catch (InvalidDocumentsException | InvalidResourcesException e) {
      throw new IOException("the policies cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether a record tells of a decision. */
  static boolean isDecision(JsonNode record) {
    return DECIDED.contains(record.path("type").asText());
  }

  /** What a record tells of its decision. */
  static String told(JsonNode record) {
    var type = record.path("type").asText();
    boolean held = type.equals("held") || record.has("approval");
    var rule =
        text(record, "policy") + " " + text(record, "policy_version") + " " + text(record, "rule");
    return type.equals("denied")
        ? "denied %s %s %s".formatted(text(record, "code"), text(record, "reason"), rule)
        : "%s %s %s %s"
            .formatted(
                held ? "held" : "allowed", text(record, "resource"), text(record, "action"), rule);
  }

  /** What the policies say of what a record tells was wanted, in the same words. */
  String again(JsonNode record) {
    var rule =
        (Function<Decision.Rule, String>) by -> by.policy() + " " + by.version() + " " + by.rule();
    var circumstances = RecordedDecisions.circumstances(record).orElse(UNKNOWN);
    return switch (authority.decide(action(record), circumstances)) {
      case Decision.Allowed by ->
          "allowed %s %s %s".formatted(by.resource(), by.action(), rule.apply(by.by()));
      case Decision.Held by ->
          "held %s %s %s".formatted(by.resource(), by.action(), rule.apply(by.by()));
      case Decision.Denied denied ->
          "denied %s %s %s"
              .formatted(
                  denied.refusal().code(), denied.reason(), denied.by().map(rule).orElse("  "));
    };
  }

  private static Action action(JsonNode record) {
    var principal = RecordedDecisions.principal(record);
    var turn = new Turn(new TurnId(text(record, "turn")), principal.owner(), Instant.EPOCH, false);
    var door = text(record, "door");
    return new Action(
        new Caller(
            principal,
            turn,
            Stream.of(Door.values())
                .filter(one -> one.label().equals(door))
                .findFirst()
                .orElseThrow()),
        TargetRecord.read(record.path("target")).orElseThrow(),
        JsonNodeFactory.instance.objectNode(),
        new byte[0],
        List.of());
  }

  private static String text(JsonNode record, String name) {
    return record.path(name).asText();
  }

  @Override
  public String toString() {
    return "ReDecision[]";
  }
}
