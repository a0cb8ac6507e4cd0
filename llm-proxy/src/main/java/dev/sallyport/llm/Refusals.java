package dev.sallyport.llm;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Complaint;
import dev.sallyport.llm.spi.Failure;
import java.util.Optional;

/** What a caller is told of an upstream's failure, in words of ours. */
final class Refusals {
  private Refusals() {}

  static Refusal of(Failure failure, ChatRequest request) {
    var refusal =
        switch (failure.kind()) {
          case CREDENTIAL_REJECTED ->
              new Refusal(
                  RefusalCode.UPSTREAM_REJECTED,
                  "The provider did not accept Sallyport's credential. Tell whoever runs"
                      + " Sallyport.");
          case FORBIDDEN ->
              new Refusal(
                  RefusalCode.UPSTREAM_REJECTED,
                  "The provider does not allow Sallyport what this request asks for. Leave out"
                      + " betas, files and tools of the provider, or tell whoever runs"
                      + " Sallyport.");
          case NOT_FOUND ->
              new Refusal(
                  RefusalCode.UPSTREAM_REJECTED,
                  "The provider does not have the model that this alias stands for. Tell whoever"
                      + " runs Sallyport.");
          case PAYMENT ->
              new Refusal(
                  RefusalCode.UPSTREAM_REJECTED,
                  "Sallyport's account at the provider has no money left. Tell whoever runs"
                      + " Sallyport.");
          case REQUEST_TOO_LARGE ->
              new Refusal(
                  RefusalCode.REQUEST_TOO_LARGE, "The request is larger than the provider takes.");
          case RATE_LIMITED ->
              new Refusal(
                  RefusalCode.RATE_LIMITED,
                  "The provider takes no more calls now. Wait and retry.");
          case INVALID_REQUEST ->
              new Refusal(RefusalCode.INVALID_REQUEST, mistake(failure.complaint(), request));
          case CANNOT_CARRY ->
              new Refusal(
                  RefusalCode.INVALID_REQUEST,
                  failure.problem().orElse(RefusalCode.INVALID_REQUEST.advice()));
          case CONTEXT_LENGTH ->
              new Refusal(
                  RefusalCode.CONTEXT_LENGTH_EXCEEDED,
                  placed(
                      "The request is longer than the model takes.", failure.complaint(), request));
          case CONTENT_POLICY ->
              new Refusal(
                  RefusalCode.CONTENT_POLICY_VIOLATION,
                  placed(
                      "The provider's content policy does not allow the request.",
                      failure.complaint(),
                      request));
          case UNAVAILABLE,
              BROKE_OFF,
              OVERLOADED,
              TIMEOUT,
              MALFORMED,
              CREDENTIAL_UNAVAILABLE,
              REJECTED,
              TOO_LARGE ->
              new Refusal(failure.kind().code());
        };
    return failure.retryAfter().map(refusal::retryAfter).orElse(refusal);
  }

  /** The class of the mistake, and its place as far as it stands in the caller's own request. */
  private static String mistake(Optional<Complaint> complaint, ChatRequest request) {
    var what =
        switch (complaint.flatMap(Complaint::code).orElse("")) {
          case "unsupported_parameter", "unsupported_value", "unknown_parameter" ->
              "The model does not take what the request asks for.";
          default -> "The provider found a mistake in the request.";
        };
    return placed(what, complaint, request);
  }

  private static String placed(String what, Optional<Complaint> complaint, ChatRequest request) {
    return complaint
        .flatMap(Complaint::param)
        .flatMap(param -> WrittenPlace.in(request.tree(), param))
        .map(place -> what + " It is at " + place + ".")
        .orElse(what);
  }
}
