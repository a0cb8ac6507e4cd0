package dev.sallyport.identity.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.grant.Inquiry;
import dev.sallyport.identity.grant.PolicySet;
import dev.sallyport.identity.replay.RecordedDecision.ShadowEffect;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.turn.TurnId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decisions as evidence would hold them, made by policies. Documents are JSON with ' for ". */
final class Histories {
  static final Instant START = Instant.parse("2026-11-18T12:00:00Z");
  static final TurnId TURN = new TurnId("turn_" + "a".repeat(26));

  private static final JsonMapper MAPPER = new JsonMapper();

  private final PolicySet policies;
  private final List<RecordedDecision> made = new ArrayList<>();

  Histories(PolicySet policies) {
    this.policies = policies;
  }

  static Resource policy(String name, String spec) {
    return new Resource(Resource.API_VERSION, "AgentPolicy", name, Map.of(), tree(spec));
  }

  static Resource binding(String name, String spec) {
    return new Resource(Resource.API_VERSION, "ToolBinding", name, Map.of(), tree(spec));
  }

  static PolicySet compile(List<Resource> resources) {
    try {
      return PolicySet.compile(new ResourceSet(resources));
    } catch (InvalidResourcesException e) {
      throw new AssertionError(e);
    }
  }

  static PolicySet compile(Resource... resources) {
    return compile(List.of(resources));
  }

  static ObjectNode tree(String json) {
    try {
      return (ObjectNode) MAPPER.readTree(json.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  static Principal principal(String id) {
    return new Principal(new PrincipalId(id), AuthenticationMethod.JWT_SVID, "prod", Instant.MAX);
  }

  /** A call of which all arguments are recorded. */
  RecordedDecision call(String who, Target target, ObjectNode arguments) {
    return call(who, target, new RecordedArguments(arguments, true, Set.of(), false), arguments);
  }

  /** A call, and what evidence holds of its arguments. */
  RecordedDecision call(
      String who, Target target, RecordedArguments recorded, ObjectNode arguments) {
    var context =
        new Circumstances(START.plusSeconds(made.size()), Optional.empty(), "USER", made.size());
    var decision =
        policies.explain(new Inquiry(principal(who), target, arguments, context)).decision();
    var one = recorded(who, target, recorded, context, decision);
    made.add(one);
    return one;
  }

  private RecordedDecision recorded(
      String who,
      Target target,
      RecordedArguments arguments,
      Circumstances context,
      Decision decision) {
    return new RecordedDecision(
        "c" + made.size(),
        context.time(),
        TURN,
        principal(who),
        target,
        arguments,
        Optional.of(context),
        Optional.of(Effect.of(decision)),
        by(decision),
        decision instanceof Decision.Denied denied ? denied.reason() : "",
        decision
            .grounds()
            .shadow()
            .map(shadow -> new ShadowEffect(shadow.decision(), shadow.rule())));
  }

  private static Optional<Rule> by(Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> Optional.of(allowed.by());
      case Decision.Held held -> Optional.of(held.by());
      case Decision.Denied denied -> denied.by();
    };
  }

  List<RecordedDecision> made() {
    return made;
  }

  /** What policies would have said of it all. */
  ReplayReport replay(PolicySet others) {
    var replay = new Replay(others, _ -> true);
    made.forEach(replay::add);
    return replay.report();
  }
}
