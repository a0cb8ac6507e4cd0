package dev.sallyport.identity.testing;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Authority;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.action.Target.Administration;
import dev.sallyport.identity.action.Target.Model;
import dev.sallyport.identity.action.Target.Prompt;
import dev.sallyport.identity.action.Target.ServerInspection;
import dev.sallyport.identity.action.Target.Tool;
import dev.sallyport.identity.action.Target.TurnOperation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** An authority whose answers a test gives, and which keeps what it was asked. Thread-safe. */
public final class FixedAuthority implements Authority {
  /** The rule that every decision of this authority names. */
  public static final Decision.Rule RULE = new Decision.Rule("fixed", "0000000000000000", "/spec");

  private final BiPredicate<Principal, Target> granted;
  private final List<Action> asked = new CopyOnWriteArrayList<>();

  private final Predicate<Target> holding;

  private FixedAuthority(BiPredicate<Principal, Target> granted) {
    this(granted, _ -> false);
  }

  private FixedAuthority(BiPredicate<Principal, Target> granted, Predicate<Target> holding) {
    this.granted = granted;
    this.holding = holding;
  }

  /** Grants everything to everyone, once a person has approved it. */
  public static FixedAuthority holdingAll() {
    return holdingWhere(_ -> true);
  }

  /** Grants everything to everyone. */
  public static FixedAuthority allowingAll() {
    return new FixedAuthority((_, _) -> true);
  }

  /** Grants everything to everyone, some of it once a person has approved it. */
  public static FixedAuthority holdingWhere(Predicate<Target> holding) {
    return new FixedAuthority((_, _) -> true, holding);
  }

  /** Grants nothing. */
  public static FixedAuthority denyingAll() {
    return new FixedAuthority((_, _) -> false);
  }

  /** Grants these targets to everyone. */
  public static FixedAuthority allowing(Target... targets) {
    return new FixedAuthority((_, target) -> List.of(targets).contains(target));
  }

  /** Grants what the test says. */
  public static FixedAuthority allowingWhere(BiPredicate<Principal, Target> granted) {
    return new FixedAuthority(granted);
  }

  @Override
  public Decision decide(Action action) {
    asked.add(action);
    var target = action.target();
    if (!granted.test(action.caller().principal(), target)) {
      return new Decision.Denied(refusal(target), "no_grant", Optional.empty());
    }
    if (holding.test(target)) {
      return new Decision.Held(RULE, resource(target), verb(target), List.of());
    }
    return new Decision.Allowed(RULE, resource(target), verb(target), List.of());
  }

  @Override
  public boolean visible(Principal principal, Target target) {
    return granted.test(principal, target);
  }

  /** Every action that was to be decided, in order. */
  public List<Action> asked() {
    return List.copyOf(asked);
  }

  private static RefusalCode refusal(Target target) {
    return switch (target) {
      case Tool _, TurnOperation _ -> RefusalCode.UNKNOWN_TOOL;
      case Prompt _ -> RefusalCode.UNKNOWN_PROMPT;
      case Target.Resource _, Target.Template _ -> RefusalCode.UNKNOWN_URI;
      case Model _ -> RefusalCode.UNKNOWN_MODEL;
      case ServerInspection _ -> RefusalCode.UNKNOWN_SERVER;
      case Administration _ -> RefusalCode.FORBIDDEN;
    };
  }

  private static String resource(Target target) {
    return switch (target) {
      case Tool tool -> tool.server();
      case Prompt prompt -> prompt.server();
      case Target.Resource resource -> resource.server();
      case Target.Template template -> template.server();
      case Model model -> model.alias();
      case TurnOperation _ -> "turn";
      case ServerInspection inspection -> inspection.server();
      case Administration administration -> administration.kind();
    };
  }

  private static String verb(Target target) {
    return switch (target) {
      case Tool tool -> tool.tool();
      case Prompt prompt -> "prompts/" + prompt.prompt();
      case Target.Resource _, Target.Template _ -> "resources/read";
      case Model _ -> "infer";
      case TurnOperation operation -> operation.name();
      case ServerInspection _ -> "inspect";
      case Administration administration -> administration.verb();
    };
  }
}
