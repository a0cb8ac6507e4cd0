package dev.sallyport.llm.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Complaint;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.testing.TestingProxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GeminiErrorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|INVALID_ARGUMENT|Invalid value at 'contents'|INVALID_REQUEST|INVALID_ARGUMENT",
        "400|INVALID_ARGUMENT|API key not valid. Please pass a valid API key.|CREDENTIAL_REJECTED"
            + "|INVALID_ARGUMENT",
        "400|FAILED_PRECONDITION|User location is not supported for the API use."
            + "|CREDENTIAL_REJECTED|FAILED_PRECONDITION",
        "400|INVALID_ARGUMENT|The input token count (9) exceeds the maximum number of tokens"
            + " allowed (8).|CONTEXT_LENGTH|context_length_exceeded",
        "401|UNAUTHENTICATED|x|CREDENTIAL_REJECTED|UNAUTHENTICATED",
        "403|PERMISSION_DENIED|x|FORBIDDEN|PERMISSION_DENIED",
        "404|NOT_FOUND|x|NOT_FOUND|NOT_FOUND",
        "429|RESOURCE_EXHAUSTED|x|RATE_LIMITED|RESOURCE_EXHAUSTED",
        "500|INTERNAL|x|UNAVAILABLE|INTERNAL",
        "503|UNAVAILABLE|The model is overloaded.|OVERLOADED|UNAVAILABLE",
        "504|DEADLINE_EXCEEDED|x|TIMEOUT|DEADLINE_EXCEEDED",
        "413|NEW_STATUS|x|REQUEST_TOO_LARGE|NEW_STATUS",
      })
  void knowsWhatEachErrorMeansAloneOrInAList(
      int http, String status, String message, Kind kind, String code) throws Exception {
    var object =
        "{\"error\":{\"code\":%d,\"message\":\"%s\",\"status\":\"%s\"}}"
            .formatted(http, message, status);
    for (var body : new String[] {object, "[" + object + "]"}) {
      var failure = failure(http, body);
      assertThat(failure.kind()).isEqualTo(kind);
      assertThat(failure.complaint().flatMap(Complaint::code)).contains(code);
    }
  }

  @ParameterizedTest
  @CsvSource({"500,UNAVAILABLE", "429,RATE_LIMITED", "403,FORBIDDEN"})
  void goesByTheStatusWhereTheBodySaysNothing(int http, Kind kind) throws Exception {
    for (var body : new String[] {"", "<html>", "{}", "[]", "[1]", "{\"error\":\"x\"}"}) {
      assertThat(failure(http, body).kind()).isEqualTo(kind);
    }
  }

  @Test
  void findsTheKeyThatIsNotValidByItsReason() throws Exception {
    var body =
        """
        {"error":{"code":400,"message":"x","status":"INVALID_ARGUMENT","details":[\
        {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}\
        """;
    assertThat(failure(400, body).kind()).isEqualTo(Kind.CREDENTIAL_REJECTED);
  }

  @ParameterizedTest
  @CsvSource({"37s,37000", "0.5s,500", "1.25s,1250", "999999999s,86400000"})
  void waitsAsLongAsGoogleAsks(String delay, long millis) throws Exception {
    assertThat(failure(429, withDelay(delay)).retryAfter()).contains(Duration.ofMillis(millis));
  }

  @Test
  void takesNoDelayThatIsNoneAndTheHeaderBeforeTheBody() throws Exception {
    for (var delay : new String[] {"", "s", "-1s", "1e9s", "5m", "99999999999s"}) {
      assertThat(failure(429, withDelay(delay)).retryAfter()).isEmpty();
    }
    var reply =
        new WireReply(
            429,
            Optional.of(Duration.ofSeconds(3)),
            withDelay("9s").getBytes(StandardCharsets.UTF_8));
    assertThat(GeminiErrors.of(reply).flatMap(Failure::retryAfter)).contains(Duration.ofSeconds(3));
  }

  private static String withDelay(String delay) {
    return """
    {"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED","details":[\
    {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"%s"}]}}\
    """
        .formatted(delay);
  }

  private static Failure failure(int status, String body) throws Exception {
    var reply = new WireReply(status, Optional.empty(), body.getBytes(StandardCharsets.UTF_8));
    var attempt = GoldenTest.attempt("gemini-2.5-flash", Site.PLAIN);
    return ((Reply.Failed)
            new GeminiAdapter().decode(reply, ChatRequest.of(TestingProxy.chat("m")), attempt))
        .failure();
  }
}
