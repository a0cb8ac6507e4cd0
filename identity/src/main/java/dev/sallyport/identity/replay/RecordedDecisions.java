package dev.sallyport.identity.replay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.SignIn;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.audit.EvidenceReader;
import dev.sallyport.identity.audit.TargetRecord;
import dev.sallyport.identity.replay.RecordedDecision.ShadowEffect;
import dev.sallyport.identity.turn.TurnId;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads decisions back from evidence: those on what policies speak of, which are tools, prompts,
 * what can be read, and models.
 */
public final class RecordedDecisions {
  private static final String AUTHORITY = "evidence";
  private static final String CONTRACT = "ToolContract/";
  private static final String BUILT_IN = "builtin/";

  /** The codes of denials that were no policy's: that of a label, and those before any policy. */
  private static final Set<String> NOT_BY_POLICY =
      Stream.of(RefusalCode.FLOW_REFUSED, RefusalCode.UNKNOWN_TURN, RefusalCode.INTERNAL)
          .map(RefusalCode::code)
          .collect(Collectors.toUnmodifiableSet());

  private static final Set<String> HELD = Set.of("not_approved", "refused_before_approval");

  private final EvidenceReader evidence;

  public RecordedDecisions(EvidenceReader evidence) {
    this.evidence = evidence;
  }

  /**
   * Gives every decision from a moment on to a reader, in the order in which they were made.
   *
   * @return how many more there were whose records do not say on what they were
   */
  public long forEach(Instant since, Consumer<RecordedDecision> reader) throws IOException {
    var unreadable = new long[1];
    evidence.decisions(
        since,
        record -> {
          var target = TargetRecord.read(record.path("target"));
          if (target.isEmpty()) {
            unreadable[0]++;
          } else if (isOfPolicies(target.get())) {
            reader.accept(decision(record, target.get()));
          }
        });
    return unreadable[0];
  }

  private static boolean isOfPolicies(Target target) {
    return switch (target) {
      case Target.Tool _, Target.Prompt _, Target.Resource _, Target.Template _, Target.Model _ ->
          true;
      case Target.TurnOperation _, Target.ServerInspection _, Target.Administration _ -> false;
    };
  }

  private static RecordedDecision decision(JsonNode record, Target target) {
    return new RecordedDecision(
        text(record, "call_id"),
        Instant.parse(text(record, "at")),
        new TurnId(text(record, "turn")),
        principal(record),
        target,
        RecordedArguments.of(record.path("args")),
        circumstances(record),
        effect(record),
        rule(record).filter(rule -> !isOfLabels(rule.policy())),
        text(record, "reason"),
        shadow(record.path("shadow")));
  }

  /** Who acted, as far as a policy can know. */
  public static Principal principal(JsonNode record) {
    var method = text(record, "method");
    var scopes = new HashSet<String>();
    record.path("scopes").forEach(scope -> scopes.add(scope.asText()));
    return new Principal(
            new PrincipalId(text(record, "principal")),
            Stream.of(AuthenticationMethod.values())
                .filter(one -> one.label().equals(method))
                .findFirst()
                .orElse(AuthenticationMethod.JWT_SVID),
            AUTHORITY,
            Instant.MAX,
            Confirmation.NONE,
            scopes,
            delegation(record))
        .signedIn(signIn(record));
  }

  private static SignIn signIn(JsonNode record) {
    return new SignIn(
        Optional.of(text(record, "acr")).filter(acr -> !acr.isEmpty()),
        Optional.of(text(record, "signed_in_at")).filter(at -> !at.isEmpty()).map(Instant::parse));
  }

  private static Optional<Delegation> delegation(JsonNode record) {
    var user = text(record, "on_behalf_of");
    return user.isEmpty()
        ? Optional.empty()
        : Optional.of(new Delegation(new PrincipalId(user), AUTHORITY, List.of()));
  }

  /** In which circumstances it was decided; empty in records that are older than these. */
  public static Optional<Circumstances> circumstances(JsonNode record) {
    var context = record.path("context");
    return context.isMissingNode()
        ? Optional.empty()
        : Optional.of(
            new Circumstances(
                Instant.parse(text(context, "time")),
                Optional.of(text(context, "source")).filter(source -> !source.isEmpty()),
                text(context, "label"),
                context.path("calls").asLong()));
  }

  /** What the policies said, whatever a label, a person or an upstream made of it. */
  private static Optional<Effect> effect(JsonNode record) {
    var policy = text(record, "policy");
    return switch (text(record, "type")) {
      case "intent" ->
          policy.startsWith(BUILT_IN) && !record.has("approval")
              ? Optional.empty()
              : Optional.of(
                  record.has("approval") && !isOfLabels(policy) ? Effect.APPROVE : Effect.ALLOW);
      case "held" -> Optional.of(isOfLabels(policy) ? Effect.ALLOW : Effect.APPROVE);
      default -> denial(record);
    };
  }

  private static Optional<Effect> denial(JsonNode record) {
    if (HELD.contains(text(record, "reason"))) {
      return Optional.of(isOfLabels(text(record, "policy")) ? Effect.ALLOW : Effect.APPROVE);
    }
    var code = text(record, "code");
    if (NOT_BY_POLICY.contains(code)) {
      return Optional.empty();
    }
    return Optional.of(code.equals(RefusalCode.RATE_LIMITED.code()) ? Effect.LIMIT : Effect.DENY);
  }

  /** Whether a rule is one of what data may go where, which is looked at after policies. */
  private static boolean isOfLabels(String policy) {
    return policy.startsWith(CONTRACT) || policy.startsWith(BUILT_IN);
  }

  private static Optional<ShadowEffect> shadow(JsonNode shadow) {
    return shadow.isMissingNode()
        ? Optional.empty()
        : Optional.of(new ShadowEffect(text(shadow, "decision"), rule(shadow)));
  }

  private static Optional<Rule> rule(JsonNode record) {
    return record.has("policy")
        ? Optional.of(
            new Rule(text(record, "policy"), text(record, "policy_version"), text(record, "rule")))
        : Optional.empty();
  }

  private static String text(JsonNode record, String name) {
    return record.path(name).asText();
  }
}
