package dev.sallyport.llm;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.spi.Failure;

/** What a caller is told of an upstream's failure, in words of ours. */
final class Refusals {
  private Refusals() {}

  static Refusal of(Failure failure) {
    var refusal =
        switch (failure.kind()) {
          case CREDENTIAL_REJECTED ->
              new Refusal(
                  RefusalCode.UPSTREAM_REJECTED,
                  "The provider did not accept Sallyport's credential. Tell whoever runs"
                      + " Sallyport.");
          case NOT_FOUND ->
              new Refusal(
                  RefusalCode.UPSTREAM_REJECTED,
                  "The provider does not have the model that this alias stands for. Tell whoever"
                      + " runs Sallyport.");
          case RATE_LIMITED ->
              new Refusal(
                  RefusalCode.RATE_LIMITED,
                  "The provider takes no more calls now. Wait and retry.");
          case INVALID_REQUEST ->
              new Refusal(
                  RefusalCode.INVALID_REQUEST, "The provider found a mistake in the request.");
          case CANNOT_CARRY ->
              new Refusal(
                  RefusalCode.INVALID_REQUEST,
                  failure.callerMessage().orElse(RefusalCode.INVALID_REQUEST.advice()));
          case UNAVAILABLE, TIMEOUT, MALFORMED, CREDENTIAL_UNAVAILABLE, REJECTED, TOO_LARGE ->
              new Refusal(failure.kind().code());
        };
    return failure.retryAfter().map(refusal::retryAfter).orElse(refusal);
  }
}
