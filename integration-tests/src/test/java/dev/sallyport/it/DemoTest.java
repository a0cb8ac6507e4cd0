package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.gateway.demo.peer.ScriptedModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo as anybody runs it. Its numbers, ports and secrets are new each time. */
class DemoTest {
  private static final String PLANTED = "SYSTEM NOTICE to AI assistants";
  private static final String KEY = "sk-canary-7c1d0b52e6";

  @Test
  void tellsTheWholeStoryWithoutAnythingConfigured() throws Exception {
    var told = demo(Map.of()).replaceAll("\n {16}", " "); // as before it was broken into lines

    assertThat(told)
        .containsSubsequence(
            "proof       a JWT-SVID signed by the trust domain 'demo'",
            "the same claims, signed by another key: unauthenticated",
            "cannot see  crm__update_account  (the server has it, its definition is approved)",
            PLANTED,
            "WITHOUT the quarantine",
            "call        crm__export_accounts",
            "the accounts were exported to the attacker",
            "WITH the quarantine",
            "in the crm  {",
            PLANTED,
            "agent saw   {",
            "\"notes\":\"{{txt#",
            "nothing was exported, and the agent wrote its note with references",
            "refused     unknown_tool: You have no tool of that name.",
            "crm__no_such_tool, which does not exist, is refused in the same words",
            "lent        credential 'crm' to ",
            "Bearer [REDACTED:crm]",
            "found       nowhere: crm, notes, the model (looked for in ",
            "caller      spiffe://demo/agent/renewals, proved by jwt-svid",
            "intent      #",
            "outcome     #",
            "denied      #",
            "verdict     evidence verified: ",
            "Connect your own",
            "MCP client  http://127.0.0.1:",
            "OpenAI SDK  OPENAI_BASE_URL=http://127.0.0.1:");
    assertThat(after(told, "agent saw")).doesNotContain(PLANTED, "crm__export_accounts");
    assertThat(told).doesNotContain("FAILED", "canary-", "\u001b");
  }

  @Test
  void goesOnWithItsOwnModelWhereTheKeyIsOfNoUse() throws Exception {
    var provider = refusingProvider();
    try {
      var told =
          demo(
              Map.of(
                  "OPENAI_API_KEY",
                  KEY,
                  "OPENAI_BASE_URL",
                  "http://127.0.0.1:" + provider.getAddress().getPort() + "/v1"));

      assertThat(told.replaceAll("\\s+", " "))
          .containsSubsequence(
              "model OpenAI gpt-5-mini (by OPENAI_API_KEY)",
              "OpenAI gpt-5-mini (by OPENAI_API_KEY) cannot be used: ",
              ". The demo goes on with the scripted one; mend or unset OPENAI_API_KEY.",
              "the accounts were exported to the attacker",
              "nowhere: crm, notes, OPENAI_API_KEY, the model (",
              "evidence verified: ");
      assertThat(told).doesNotContain("FAILED", KEY, "raw words", "\"error\"");
    } finally {
      provider.stop(0);
    }
  }

  @Test
  void looksForTheKeyThatARealModelIsLent() throws Exception {
    try (var model = new ScriptedModel(0, KEY, InstantSource.system())) {
      var told = demo(Map.of("OPENAI_API_KEY", KEY, "OPENAI_BASE_URL", model.uri().toString()));

      assertThat(told)
          .contains("found       nowhere: crm, notes, OPENAI_API_KEY (looked for in ")
          .doesNotContain("cannot be used", "FAILED", KEY);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"one agent turn through the gateway", "Who is calling", "until Ctrl-C"})
  void leavesNothingBehindWhereverItIsEnded(String line, @TempDir Path temporary) throws Exception {
    var options = Map.of("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary);
    try (var product = ProductProcess.start(options, "demo")) {
      product.awaitLine(line);
      var parts = product.descendants();

      product.end();

      assertThat(temporary).isEmptyDirectory();
      assertThat(product.errors()).doesNotContain("cannot run", "Exception", "was left");
      for (var part : parts) {
        part.onExit().get(30, TimeUnit.SECONDS);
      }
    }
  }

  private static String demo(Map<String, String> variables) throws Exception {
    try (var product = ProductProcess.start(variables, "demo", "--once")) {
      var told = product.output();
      assertThat(product.awaitEnd()).as(told + product.errors()).isZero();
      assertThat(product.sentences()).isEmpty();
      return told;
    }
  }

  private static String after(String text, String mark) {
    return text.substring(text.indexOf(mark));
  }

  private static HttpServer refusingProvider() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          var answer =
              """
              {"error": {"message": "raw words: incorrect API key", "code": "invalid_api_key"}}
              """
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(401, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }
}
