package dev.sallyport.llm.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The crosswalk of provider errors: S37, S38, R2, and the 4.2 of what others say. */
class FailureTest {
  private static final String TABLE =
      """
      400 | {"error":{"type":"invalid_request_error","message":"m","code":null}} | INVALID_REQUEST
      400 | {"error":{"code":"context_length_exceeded","type":"invalid_request_error"}} | CONTEXT_LENGTH
      400 | {"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 2 > 1"}} | CONTEXT_LENGTH
      400 | {"error":{"type":"BadRequestError","message":"This model's maximum context length is 8"}} | CONTEXT_LENGTH
      400 | {"error":{"code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}} | CONTENT_POLICY
      400 | {"error":{"type":"invalid_request_error","message":"Your credit balance is too low"}} | PAYMENT
      401 | {"error":{"type":"invalid_request_error","code":"invalid_api_key"}} | CREDENTIAL_REJECTED
      401 | {"error":{"type":"invalid_request_error","code":null}} | CREDENTIAL_REJECTED
      402 | {"error":{"code":402,"message":"Insufficient credits"}} | PAYMENT
      403 | {"error":{"type":"permission_error"}} | FORBIDDEN
      403 | {"error":{"code":"invalid_api_key"}} | CREDENTIAL_REJECTED
      403 | not json | FORBIDDEN
      403 | {"error":{"type":"permission_error","message":"Blocked by guardrail g-1"}} | CONTENT_POLICY
      403 | {"error":{"code":403,"message":"m","metadata":{"error_type":"content_policy_violation"}}} | CONTENT_POLICY
      403 | {"error":{"code":403,"message":"m","metadata":{"reasons":["x"],"flagged_input":"canary"}}} | CONTENT_POLICY
      403 | {"error":{"code":403,"message":"m","metadata":{"patterns":["x"]}}} | CONTENT_POLICY
      404 | {"error":{"type":"invalid_request_error","code":"model_not_found"}} | NOT_FOUND
      413 | {"type":"error","error":{"type":"request_too_large"}} | REQUEST_TOO_LARGE
      422 | {"error":{"message":"m"}} | INVALID_REQUEST
      429 | {"error":{"type":"requests","code":"rate_limit_exceeded"}} | RATE_LIMITED
      429 | {"error":{"type":"insufficient_quota","code":"insufficient_quota"}} | PAYMENT
      429 | {"error":{"type":"tokens","message":"guardrail"}} | RATE_LIMITED
      429 | [{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}] | RATE_LIMITED
      500 | {"type":"error","error":{"type":"api_error","message":"context window"}} | UNAVAILABLE
      500 | not json | UNAVAILABLE
      503 | {} | OVERLOADED
      504 | {} | TIMEOUT
      408 | {} | TIMEOUT
      529 | {"type":"error","error":{"type":"overloaded_error"}} | OVERLOADED
      500 | {"type":"error","error":{"type":"overloaded_error"}} | OVERLOADED
      302 | {} | REJECTED
      """;

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = TABLE)
  void tellsWhatAnErrorIsByItsNameBeforeItsStatus(int status, String body, Kind kind) {
    var reply =
        new WireReply(
            status, Optional.of(Duration.ofSeconds(3)), body.getBytes(StandardCharsets.UTF_8));

    assertThat(Failure.of(reply).kind()).isEqualTo(kind);
    assertThat(Failure.of(reply).retryAfter()).contains(Duration.ofSeconds(3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type":"overloaded_error"} | OVERLOADED
          {"type":"api_error"} | UNAVAILABLE
          {"type":"billing_error"} | PAYMENT
          {"type":"permission_error"} | FORBIDDEN
          {"type":"invalid_request_error"} | INVALID_REQUEST
          {"type":"invalid_request_error","message":"prompt is too long"} | CONTEXT_LENGTH
          {"type":"not_found_error"} | NOT_FOUND
          {"type":"timeout_error"} | TIMEOUT
          {"code":429,"message":"m"} | RATE_LIMITED
          {"status":503,"message":"m"} | OVERLOADED
          {"code":502,"metadata":{"error_type":"provider_unavailable"}} | UNAVAILABLE
          {"code":502,"metadata":{"error_type":"provider_overloaded"}} | OVERLOADED
          {"code":"server_error"} | UNAVAILABLE
          {} | UNAVAILABLE
          """)
  void tellsWhatAnErrorInAStreamIs(String error, Kind kind) {
    assertThat(Failure.said(Wire.object(error)).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void hasAStableNameForEachKind(Kind kind) {
    assertThat(kind.errorType()).matches("[a-z_]+");
    assertThat(kind.elsewhere()).isEqualTo(kind.cure() != Failure.Cure.NONE);
    assertThat(kind.fault() && !kind.elsewhere()).isFalse();
  }

  @Test
  void neverAsksAgainForWhatTheCallerOrAPolicyIsTheCauseOf() {
    assertThat(Kind.values())
        .filteredOn(kind -> kind.cure() == Failure.Cure.NONE)
        .containsExactly(
            Kind.INVALID_REQUEST,
            Kind.CONTEXT_LENGTH,
            Kind.REQUEST_TOO_LARGE,
            Kind.CONTENT_POLICY,
            Kind.NOT_FOUND,
            Kind.REJECTED,
            Kind.TOO_LARGE);
  }
}
