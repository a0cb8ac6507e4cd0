package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation.Why;
import dev.sallyport.identity.action.ErrorBody;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import java.util.Optional;

/** How callers are told of refusals: the one place that decides it. */
final class Refusals {
  private Refusals() {}

  /** What stands for a refusal in an answer. */
  sealed interface Told {
    /** The call was no good: a JSON-RPC error. */
    record AsError(RpcError error) implements Told {}

    /** The tool was called, or could have been: a result that says that it failed. */
    record AsResult(ObjectNode result) implements Told {}
  }

  /** What a caller that speaks the revision is told. */
  static Told told(Refusal refusal, Revision revision) {
    return switch (refusal.code()) {
      case HEADER_MISMATCH -> error(RpcError.HEADER_MISMATCH, refusal);
      case UNKNOWN_URI ->
          error(
              revision.isStateless() ? RpcError.INVALID_PARAMS : RpcError.RESOURCE_NOT_FOUND,
              refusal);
      case UNKNOWN_TOOL,
          UNKNOWN_PROMPT,
          UNKNOWN_TURN,
          UNKNOWN_SERVER,
          UNKNOWN_TASK,
          UNKNOWN_MODEL,
          UNKNOWN_RESOURCE,
          UNKNOWN_PATH,
          MALFORMED_REQUEST,
          INVALID_REQUEST,
          INVALID_RESOURCE,
          REQUEST_TOO_LARGE ->
          error(RpcError.INVALID_PARAMS, refusal);
      case UNAUTHENTICATED,
          INSUFFICIENT_SCOPE,
          INSUFFICIENT_USER_AUTHENTICATION,
          USE_DPOP_NONCE,
          CONFLICT,
          UNKNOWN_SESSION,
          METHOD_NOT_ALLOWED,
          UNSUPPORTED_MEDIA_TYPE ->
          error(RpcError.INVALID_REQUEST, refusal);
      case INTERNAL, EVIDENCE_UNAVAILABLE, UNAVAILABLE -> error(RpcError.INTERNAL_ERROR, refusal);
      case INVALID_ARGUMENTS, UNKNOWN_REFERENCE ->
          revision.reportsArgumentsAsResult()
              ? result(refusal)
              : error(RpcError.INVALID_PARAMS, refusal);
      case FORBIDDEN,
          FLOW_REFUSED,
          APPROVAL_REQUIRED,
          APPROVAL_REJECTED,
          APPROVAL_WITHDRAWN,
          APPROVAL_EXPIRED,
          BUDGET_EXHAUSTED,
          RATE_LIMITED,
          TOOL_CALLS_EXHAUSTED,
          CREDENTIAL_UNAVAILABLE,
          CONTEXT_LENGTH_EXCEEDED,
          CONTENT_POLICY_VIOLATION,
          UPSTREAM_OVERLOADED,
          UPSTREAM_REJECTED,
          UPSTREAM_UNAVAILABLE,
          UPSTREAM_MALFORMED,
          UPSTREAM_TIMEOUT,
          RESULT_TOO_LARGE ->
          result(refusal);
    };
  }

  /** The answer to a request that was given up. */
  static HttpAnswer cancelled(Exchange exchange, Why why) {
    return why.refusal()
        .map(refusal ->
            HttpAnswer.error(
                refusal.code() == RefusalCode.UNAUTHENTICATED ? refusal.code().status() : 200,
                exchange.id(),
                error(refusal, exchange.revision())))
        .orElseGet(() ->
            HttpAnswer.of(
                RpcMessage.failure(
                    exchange.id(),
                    RpcError.of(RpcError.INTERNAL_ERROR, words(why)).with("code", why.label()))));
  }

  private static String words(Why why) {
    return why == Why.TIME_OVER
        ? "The call took longer than it may, and was given up."
        : "The call was given up by its caller.";
  }

  /** A refusal as the error that it is before any call. */
  static RpcError error(Refusal refusal) {
    return error(refusal, Revision.R2026_07_28);
  }

  /** A refusal as an error, which it is wherever there is no result of a tool. */
  static RpcError error(Refusal refusal, Revision revision) {
    return switch (told(refusal, revision)) {
      case Told.AsError(RpcError error) -> error;
      case Told.AsResult _ ->
          new RpcError(
              code(refusal.code()), refusal.advice(), Optional.of(ErrorBody.data(refusal)));
    };
  }

  private static int code(RefusalCode code) {
    return switch (code) {
      case INVALID_ARGUMENTS, UNKNOWN_REFERENCE -> RpcError.INVALID_PARAMS;
      default -> RpcError.INTERNAL_ERROR;
    };
  }

  private static Told error(int code, Refusal refusal) {
    return new Told.AsError(
        new RpcError(code, refusal.advice(), Optional.of(ErrorBody.data(refusal))));
  }

  private static Told result(Refusal refusal) {
    var data = ErrorBody.data(refusal);
    var result = Json.object();
    result
        .putArray("content")
        .addObject()
        .put("type", "text")
        .put("text", refusal.code().code() + ": " + refusal.advice());
    result.set("structuredContent", data);
    return new Told.AsResult(result.put("isError", true));
  }
}
