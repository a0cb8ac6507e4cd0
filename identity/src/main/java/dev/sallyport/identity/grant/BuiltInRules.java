package dev.sallyport.identity.grant;

import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** What holds without any policy: for Sallyport's own parts, and for what is in one's own turn. */
final class BuiltInRules {
  private static final String VERSION = "builtin";
  private static final String REGISTRY = "sallyport:registry";
  private static final String QUARANTINE = "sallyport:quarantine";
  private static final Pattern ADMIN = Pattern.compile("sallyport:admin([^A-Za-z0-9].*)?");

  private final Optional<String> quarantineModel;

  BuiltInRules(Optional<String> quarantineModel) {
    this.quarantineModel = quarantineModel;
  }

  /** Everyone may work on what their own turn holds. */
  Decision turnOperation(Target.TurnOperation operation, OptionalLong budget) {
    return allowed("turn-operations", new BoundAction("turn", operation.name()), budget);
  }

  /** The registry alone looks at servers. */
  Decision inspection(Principal principal, Target.ServerInspection inspection) {
    return isPart(principal, REGISTRY)
        ? allowed("server-inspection", new BoundAction(inspection.server(), "inspect"))
        : denied(RefusalCode.UNKNOWN_SERVER, "not_the_registry");
  }

  /** Administrators alone change what is set. */
  Decision administration(Principal principal, Target.Administration change) {
    return isAdministrator(principal)
        ? allowed(
            "administration", new BoundAction(change.kind() + "/" + change.name(), change.verb()))
        : denied(RefusalCode.FORBIDDEN, "not_an_administrator");
  }

  boolean mayAskModel(Principal principal, Target.Model model) {
    return isPart(principal, QUARANTINE)
        && quarantineModel.filter(model.alias()::equals).isPresent();
  }

  /**
   * The quarantine alone may ask its one model, whatever models the policy grants to those whom it
   * serves.
   *
   * @param budget of whoever's turn it is, who pays
   */
  Decision quarantineModel(Target.Model model, OptionalLong budget) {
    return allowed("quarantine-model", use(model), budget);
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
      case INTERNAL, ACCESS_TOKEN -> ADMIN.matcher(principal.id().value()).matches();
      case JWT_SVID, VIRTUAL_KEY -> false;
    };
  }

  private static Decision allowed(String rule, BoundAction bound) {
    return allowed(rule, bound, OptionalLong.empty());
  }

  private static Decision allowed(String rule, BoundAction bound, OptionalLong budget) {
    return new Decision.Allowed(
        new Decision.Rule("builtin/" + rule, VERSION, ""),
        bound.resource(),
        bound.action(),
        budget);
  }

  private static Decision denied(RefusalCode refusal, String reason) {
    return new Decision.Denied(refusal, reason, Optional.empty());
  }
}
