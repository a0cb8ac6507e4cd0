package dev.sallyport.identity.grant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Approvals;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.identity.testing.RecordingEvidence.Waits;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One agent that calls tools by policies of a test: what it is told, and what evidence holds. */
final class DecisionScene {
  static final String WHO = "'identity': {'workload': 'spiffe://prod/agent/a'}";
  static final String USER = "'identity': {'user': 'oidc://corp/alice'}";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  volatile String label = "USER";
  final TestingClock clock = new TestingClock();
  final RecordingEvidence evidence = new RecordingEvidence();
  final GrantAuthority authority = new GrantAuthority(Optional.empty(), (_, _) -> label, clock);

  /** What persons say; everything waits for them at first. */
  volatile Approvals approvals =
      (call, _, _, _) -> new Approvals.Answer.Waiting(call, Instant.MAX, Duration.ofSeconds(1));

  private final ActionPath path =
      new ActionPath(
          authority,
          evidence,
          (call, action, held, gate) -> approvals.redeem(call, action, held, gate),
          clock,
          (_, _, _) -> {});
  private char turn = 'a';

  DecisionScene(Resource... resources) {
    authority.use(GrantSamples.compile(resources));
  }

  static DecisionScene of(String tools) {
    return new DecisionScene(policy(tools));
  }

  static Resource policy(String tools) {
    return GrantSamples.policy("p", "{" + WHO + ", 'tools': [" + tools + "]}");
  }

  static Resource userPolicy(String tools) {
    return GrantSamples.policy("u", "{" + USER + ", 'tools': [" + tools + "]}");
  }

  /** From now on, the agent acts in another turn. */
  void beginTurn() {
    turn++;
  }

  Turn turn() {
    return turn(agent(false));
  }

  private Turn turn(Principal principal) {
    var id = new TurnId("turn_" + String.valueOf(turn).repeat(26));
    return new Turn(id, principal.owner(), Instant.EPOCH, false);
  }

  /**
   * What the agent is told of a call of a tool of the server {@code crm}, and what evidence says.
   */
  String call(String tool, String args) {
    return told(action(new Target.Tool("crm", tool), args, false));
  }

  /** The same on behalf of a user. */
  String callForUser(String tool, String args) {
    return told(action(new Target.Tool("crm", tool), args, true));
  }

  String use(String model) {
    return told(action(new Target.Model(model), "{}", false));
  }

  /** What a decision says without an action. */
  Explanation explain(String tool, String args) {
    var action = action(new Target.Tool("crm", tool), args, false);
    return authority
        .policies()
        .explain(
            new Inquiry(
                action.caller().principal(),
                action.target(),
                action.arguments(),
                new Circumstances(clock.instant(), Optional.empty(), label, 0)));
  }

  private String told(Action action) {
    String answer;
    try {
      answer = path.perform(action, _ -> Performed.succeeded("done"));
    } catch (Refusal refusal) {
      answer =
          refusal.code().code()
              + refusal.retryAfter().map(delay -> " after " + delay.toMillis() + " ms").orElse("");
    }
    return answer + " / " + recorded();
  }

  private String recorded() {
    var records = evidence.records();
    for (int i = records.size() - 1; i >= 0; i--) {
      switch (records.get(i)) {
        case Begun begun -> {
          return "allowed " + rule(begun.decision().by());
        }
        case Waits waits -> {
          return "held " + rule(waits.decision().by());
        }
        case Refused refused -> {
          return ("denied "
                  + refused.decision().reason()
                  + " "
                  + refused.decision().by().map(DecisionScene::rule).orElse(""))
              .strip();
        }
        default -> {}
      }
    }
    return "nothing";
  }

  private static String rule(Decision.Rule rule) {
    return rule.policy() + rule.rule().replace("/spec/tools", "");
  }

  /** The grounds that evidence has of the last decision. */
  Decision.Grounds grounds() {
    return switch (evidence.records().reversed().stream()
        .filter(one -> !(one instanceof RecordingEvidence.Ended))
        .findFirst()
        .orElseThrow()) {
      case Begun begun -> begun.decision().grounds();
      case Waits waits -> waits.decision().grounds();
      case Refused refused -> refused.decision().grounds();
      default -> Decision.Grounds.NONE;
    };
  }

  private Action action(Target target, String args, boolean forUser) {
    return new Action(
        new Caller(agent(forUser), turn(agent(forUser)), Door.MCP, Optional.of("10.0.0.1")),
        target,
        json(args),
        args.getBytes(StandardCharsets.UTF_8),
        List.of());
  }

  static Principal agent(boolean forUser) {
    return new Principal(
        new PrincipalId("spiffe://prod/agent/a"),
        AuthenticationMethod.JWT_SVID,
        "prod",
        Instant.MAX,
        Confirmation.NONE,
        Set.of(),
        forUser
            ? Optional.of(new Delegation(new PrincipalId("oidc://corp/alice"), "corp", List.of()))
            : Optional.empty());
  }

  static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
