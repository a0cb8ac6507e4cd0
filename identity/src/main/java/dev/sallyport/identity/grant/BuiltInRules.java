package dev.sallyport.identity.grant;

import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What holds without any policy: for Sallyport's own parts, and for what is in one's own turn. */
final class BuiltInRules {
  private static final String VERSION = "builtin";
  private static final String REGISTRY = "sallyport:registry";
  private static final String QUARANTINE = "sallyport:quarantine";
  private static final String RELEASE = "q_release";
  private static final String HELD_CALL = "HeldCall";
  private static final Set<String> DECIDING = Set.of("read", "approve", "reject");
  private static final Pattern ADMIN = Pattern.compile("sallyport:admin([^A-Za-z0-9].*)?");

  private final Optional<String> quarantineModel;
  private final Approvers approvers;

  BuiltInRules(Optional<String> quarantineModel, Approvers approvers) {
    this.quarantineModel = quarantineModel;
    this.approvers = approvers;
  }

  /** What is decided without policies; empty of what is not. */
  static Optional<Decision> decide(Principal principal, Target target) {
    return switch (target) {
      case Target.TurnOperation operation -> Optional.of(turnOperation(operation));
      case Target.ServerInspection inspection -> Optional.of(inspection(principal, inspection));
      case Target.Administration change -> Optional.of(administration(principal, change));
      case Target.Tool _, Target.Prompt _, Target.Resource _, Target.Template _, Target.Model _ ->
          Optional.empty();
    };
  }

  /** Everyone may work on what their own turn holds; to vouch for some of it takes a person. */
  private static Decision turnOperation(Target.TurnOperation operation) {
    var bound = new BoundAction("turn", operation.name());
    return operation.name().equals(RELEASE)
        ? new Decision.Held(rule("turn-release"), bound.resource(), bound.action(), List.of())
        : allowed("turn-operations", bound);
  }

  /** The registry alone looks at servers. */
  private static Decision inspection(Principal principal, Target.ServerInspection inspection) {
    return isPart(principal, REGISTRY)
        ? allowed("server-inspection", new BoundAction(inspection.server(), "inspect"))
        : denied(RefusalCode.UNKNOWN_SERVER, "not_the_registry");
  }

  /** Administrators alone change what is set. */
  private static Decision administration(Principal principal, Target.Administration change) {
    return isAdministrator(principal)
        ? allowed("administration", bound(change))
        : denied(RefusalCode.FORBIDDEN, "not_an_administrator");
  }

  private static BoundAction bound(Target.Administration change) {
    return new BoundAction(change.kind() + "/" + change.name(), change.verb());
  }

  /** Approvers read held calls and decide them. That none is their own is looked at with it. */
  boolean mayDecideCall(Principal principal, Target.Administration change) {
    return change.kind().equals(HELD_CALL)
        && DECIDING.contains(change.verb())
        && approvers.include(principal);
  }

  Decision decidingCall(Target.Administration change) {
    return allowed("held-calls", bound(change));
  }

  boolean mayAskModel(Principal principal, Target.Model model) {
    return isPart(principal, QUARANTINE)
        && quarantineModel.filter(model.alias()::equals).isPresent();
  }

  /**
   * The quarantine alone may ask its one model, whatever models the policy grants to those whom it
   * serves.
   *
   * @param budgets of whoever's turn it is, who pays
   */
  Decision quarantineModel(Target.Model model, List<Budget> budgets) {
    return allowed("quarantine-model", use(model), budgets);
  }

  static BoundAction use(Target.Model model) {
    return new BoundAction("model:" + model.alias(), "use");
  }

  private static boolean isPart(Principal principal, String part) {
    return principal.method() == AuthenticationMethod.INTERNAL
        && principal.id().value().equals(part);
  }

  /** A virtual key or an SVID never makes an administrator, whatever name it carries. */
  private static boolean isAdministrator(Principal principal) {
    return switch (principal.method()) {
      case INTERNAL, ACCESS_TOKEN ->
          principal.delegation().isEmpty() && ADMIN.matcher(principal.id().value()).matches();
      case JWT_SVID, X509_SVID, SERVICE_ACCOUNT, VIRTUAL_KEY -> false;
    };
  }

  private static Decision allowed(String rule, BoundAction bound) {
    return allowed(rule, bound, List.of());
  }

  private static Decision allowed(String rule, BoundAction bound, List<Budget> budgets) {
    return new Decision.Allowed(rule(rule), bound.resource(), bound.action(), budgets);
  }

  private static Decision.Rule rule(String name) {
    return new Decision.Rule("builtin/" + name, VERSION, "");
  }

  private static Decision denied(RefusalCode refusal, String reason) {
    return new Decision.Denied(refusal, reason, Optional.empty());
  }
}
