package dev.sallyport.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.revocation.Standing;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.identity.turn.InMemoryTurns;
import dev.sallyport.identity.turn.TurnLimits;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MissingScopeTest {
  private final TestingClock clock = new TestingClock();
  private final RecordingEvidence evidence = new RecordingEvidence();

  /** Source: RFC 6750, section 3.1. */
  @ParameterizedTest
  @ValueSource(strings = {"/mcp", "/v1/models"})
  void tellsWhoseTokenLacksAScopeWhichItNeedsAndWritesItDown(String path) throws Exception {
    try (var server = new TestingServer(routing -> routing.addFilter(filter()));
        var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(server.uri(path)).header("Authorization", "Bearer narrow").build();
      var answer = client.send(request, BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow())
          .startsWith("Bearer resource_metadata=\"http://127.0.0.1:")
          .endsWith(", error=\"insufficient_scope\", scope=\"agents tools:call\"");
      assertThat(answer.body()).contains("\"code\":\"insufficient_scope\"");
    }
    assertThat(evidence.events("authentication.refused"))
        .singleElement()
        .satisfies(facts -> {
          assertThat(facts.path("reason").asText()).isEqualTo("insufficient_scope");
          assertThat(facts.path("principal").asText()).isEqualTo("oidc://corp/eve");
        });
  }

  private CallerFilter filter() {
    var lacking =
        new Authentication.LacksScope(
            FixedTokens.principal("oidc://corp/eve"), List.of("agents", "tools:call"));
    return new CallerFilter(
        new FixedTokens().with("narrow", lacking).authenticator(),
        new Standing(clock),
        new InMemoryTurns(clock, TurnLimits.DEFAULT, _ -> {}),
        new Origins(Set.of()),
        new ResourceMetadata(PublicAddress.asRequested(), List::of),
        new RefusedAuthentications(evidence, clock),
        AuthenticationListener.silent());
  }
}
