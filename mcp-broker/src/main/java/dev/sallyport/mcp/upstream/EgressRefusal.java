package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.vault.egress.EgressException;

/** What a caller is told of a request to a server that did not come to an answer. */
public final class EgressRefusal {
  private EgressRefusal() {}

  /** The refusal for a failure; its words, which are ours, are for administrators. */
  public static Refusal of(EgressException failure) {
    return new Refusal(code(failure.reason())).because(String.valueOf(failure.getMessage()));
  }

  private static RefusalCode code(EgressException.Reason reason) {
    return switch (reason) {
      case BUSY -> RefusalCode.RATE_LIMITED;
      case CONNECT, TLS, DISCONNECTED -> RefusalCode.UPSTREAM_UNAVAILABLE;
      case TIMEOUT -> RefusalCode.UPSTREAM_TIMEOUT;
      case MALFORMED -> RefusalCode.UPSTREAM_MALFORMED;
      case TOO_LARGE -> RefusalCode.RESULT_TOO_LARGE;
    };
  }
}
