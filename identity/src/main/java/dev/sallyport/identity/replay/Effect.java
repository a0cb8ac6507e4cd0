package dev.sallyport.identity.replay;

import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.RefusalCode;
import java.util.Locale;

/** What policies say of a call. */
public enum Effect {
  /** It may be made. */
  ALLOW,
  /** It may be made once a person has approved it. */
  APPROVE,
  /** It may not be made so often. */
  LIMIT,
  /** It may not be made. */
  DENY;

  /** The effect of a decision. */
  public static Effect of(Decision decision) {
    return switch (decision) {
      case Decision.Allowed _ -> ALLOW;
      case Decision.Held _ -> APPROVE;
      case Decision.Denied denied -> denied.refusal() == RefusalCode.RATE_LIMITED ? LIMIT : DENY;
    };
  }

  /** Its name in reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
