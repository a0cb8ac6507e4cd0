package dev.sallyport.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.identity.action.ErrorType;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** One taxonomy in every form (R13, and the crosswalk 4.2). */
class RefusalAnswerTest {
  /** Those of Anthropic's API. */
  private static final Set<String> ANTHROPIC =
      Set.of(
          "invalid_request_error",
          "authentication_error",
          "billing_error",
          "permission_error",
          "not_found_error",
          "request_too_large",
          "rate_limit_error",
          "timeout_error",
          "api_error",
          "overloaded_error");

  @ParameterizedTest
  @EnumSource(RefusalCode.class)
  void tellsEachRefusalInTheWordsOfEachForm(RefusalCode code) throws IOException {
    var type = ErrorType.of(code);

    var openAi = body("/v1/chat/completions", code).path("error");
    assertThat(openAi.path("message").asText()).isEqualTo(code.advice());
    assertThat(openAi.path("type").asText()).isEqualTo(type.openAi());
    assertThat(openAi.path("code").asText()).isEqualTo(code.code());
    assertThat(openAi.path("param").isNull()).isTrue();

    var anthropic = body("/v1/messages", code);
    assertThat(anthropic.path("type").asText()).isEqualTo("error");
    assertThat(anthropic.at("/error/type").asText()).isEqualTo(type.anthropic()).isIn(ANTHROPIC);
    assertThat(anthropic.at("/error/message").asText()).isEqualTo(code.advice());
    assertThat(anthropic.at("/error/error_type").asText()).isEqualTo(type.label());

    var rpc = body("/mcp/crm", code);
    assertThat(rpc.path("id").isNull()).isTrue();
    assertThat(rpc.at("/error/code").intValue()).isIn(-32600, -32602, -32603);
    assertThat(rpc.at("/error/message").asText()).isEqualTo(code.advice());
    assertThat(rpc.at("/error/data/code").asText()).isEqualTo(code.code());

    var router = body("/api/v1/chat/completions", code);
    assertThat(router.at("/error/code").intValue()).isEqualTo(code.status());
    assertThat(router.at("/error/message").asText()).isEqualTo(code.advice());
    assertThat(router.at("/error/metadata/error_type").asText()).isEqualTo(type.label());
    assertThat(router.path("error_type").asText()).isEqualTo(type.label());
  }

  /** The statuses that the words promise to those who only look at one of them. */
  @ParameterizedTest
  @EnumSource(RefusalCode.class)
  void neverContradictsTheStatus(RefusalCode code) {
    var word = ErrorType.of(code).anthropic();
    if (code.status() >= 500) {
      assertThat(word).isIn("api_error", "overloaded_error", "timeout_error");
    } else if (code.status() == 429) {
      assertThat(word).isEqualTo("rate_limit_error");
    } else {
      assertThat(word).isNotIn("api_error", "overloaded_error", "timeout_error");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v1, openai",
    "/v1/models, openai",
    "/v1/messagesx, openai",
    "/v1/responses, openai",
    "/v1/messages, anthropic",
    "/v1/messages/count_tokens, anthropic",
    "/api/v1/messages, anthropic",
    "/api, openrouter",
    "/api/v1/models, openrouter",
    "/v1x, problem",
    "/apix, problem",
    "/mcp, rpc",
    "/mcp/crm, rpc",
    "/mcpx, problem",
  })
  void answersInTheFormOfThePath(String path, String form) throws IOException {
    var body = body(path, RefusalCode.UNAUTHENTICATED);
    var found =
        body.has("detail")
            ? "problem"
            : body.has("jsonrpc")
                ? "rpc"
                : body.has("type") ? "anthropic" : body.has("error_type") ? "openrouter" : "openai";

    assertThat(found).isEqualTo(form);
    assertThat(RefusalAnswer.contentType(path).contains("problem")).isEqualTo(body.has("detail"));
  }

  private static JsonNode body(String path, RefusalCode code) throws IOException {
    return new JsonMapper().readTree(RefusalAnswer.body(path, new Refusal(code)));
  }
}
