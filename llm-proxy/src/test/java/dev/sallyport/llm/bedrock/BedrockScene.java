package dev.sallyport.llm.bedrock;

import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.testing.BedrockRules;
import dev.sallyport.llm.testing.TestingProxy;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;

/** A whole proxy before a fake Bedrock, whose requests are signed with keys of its own. */
abstract class BedrockScene {
  static final String MODEL = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
  private static final int MOST = 100;
  static final String REGION = "eu-central-1";
  private static final String ID = "AKIDEXAMPLE";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

  final FakeProvider upstream = new FakeProvider().lenient();
  final TestingProxy testing = new TestingProxy();

  BedrockScene() {
    testing.vault.with("aws", ID + " " + SECRET);
    testing.add("Credential", "aws", "{\"providers\": [%s]}".formatted(providers()));
  }

  private static String providers() {
    return IntStream.range(0, MOST)
        .mapToObj("\"bedrock-%d\""::formatted)
        .collect(Collectors.joining(","));
  }

  @AfterEach
  void close() throws IOException {
    testing.close();
    upstream.close();
  }

  /**
   * Adds a deployment behind an alias, with a provider of its own, an hour later: what broke off
   * before speaks neither against them nor any more against their region.
   */
  void deployment(String alias) {
    deployment(alias, MODEL);
  }

  /** The same, of another model. */
  void deployment(String alias, String model) {
    testing.clock.advance(Duration.ofHours(1));
    var provider = "bedrock-" + testing.catalog.aliases().size();
    testing.add(
        "Provider",
        provider,
        "{\"protocol\":\"bedrock\",\"baseUrl\":\"%s\",\"region\":\"%s\",\"credential\":\"aws\"}"
            .formatted(root(upstream.base()), REGION));
    testing.add(
        "Deployment",
        "d-" + alias,
        ("{\"alias\":\"%s\",\"provider\":\"%s\",\"upstreamModel\":\"%s\",\"model\":\"model-%s\","
                + "\"price\":{\"inputUsdPerMillion\":\"3.00\",\"outputUsdPerMillion\":\"15.00\"}}")
            .formatted(alias, provider, model, alias));
  }

  /** Fails if Bedrock would have refused the last request. */
  void checkLast() {
    BedrockRules.check(upstream.last(), ID, SECRET, REGION);
  }

  private static URI root(URI base) {
    return URI.create("http://" + base.getAuthority());
  }
}
