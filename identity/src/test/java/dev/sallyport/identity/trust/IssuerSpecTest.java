package dev.sallyport.identity.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.oidc.AccessTokenRules;
import dev.sallyport.identity.oidc.ProofOfPossession;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.SpecReader;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingIssuer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IssuerSpecTest {
  @TempDir private Path folder;

  @Test
  void handsOnWhatATokenMustBe() throws Exception {
    try (var issuer = new TestingIssuer()) {
      var file = Files.writeString(folder.resolve("keys.json"), issuer.jwks()).toString();
      var json =
          """
          {"issuer":"i","jwksFile":"%s","audience":"a","algorithms":["ES256"],\
          "requiredScopes":["agents","x:y"],"requiredClaims":["jti"],"clockSkewSeconds":5,\
          "dpop":"optional","tokenTypes":["JWT"]}\
          """
              .formatted(file);
      var spec = new JsonMapper().readValue(json, IssuerSpec.class);
      var trusted = spec.trusted("corp", spec.keyPlace().open(new TestingClock()));

      assertThat(trusted.skew()).isEqualTo(Duration.ofSeconds(5));
      assertThat(trusted.rules())
          .isEqualTo(
              new AccessTokenRules(
                  Set.of("jwt"),
                  Set.of("jti"),
                  List.of("agents", "x:y"),
                  false,
                  ProofOfPossession.OPTIONAL,
                  false));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "{GOOD,'jwksFile':'/a'}; not both",
        "{'issuer':'i','audience':'a','jwksUri':'https://x'}; algorithms",
        "{'issuer':'i','algorithms':['ES256'],'jwksUri':'https://x'}; audience",
        "{'audience':'a','algorithms':['ES256'],'jwksUri':'https://x'}; issuer",
        "{'issuer':'i','audience':'a','algorithms':['none'],'jwksUri':'https://x'}; none",
        "{GOOD,'requiredScopes':['a b']}; requiredScopes",
        "{GOOD,'requiredScopes':['offline_access']}; offline_access",
        "{GOOD,'requiredClaims':['']}; requiredClaims",
        "{GOOD,'tokenTypes':[]}; tokenTypes",
        "{GOOD,'tokenTypes':['OAuth-id-jag+jwt']}; tokenTypes",
        "{GOOD,'clockSkewSeconds':121}; clockSkewSeconds",
        "{GOOD,'clockSkewSeconds':-1}; clockSkewSeconds",
        "{GOOD,'dpop':'yes'}; dpop",
        "{GOOD,'dpop':'required','certificateBound':true}; not both",
        "{GOOD,'audiencePerServer':true}; audiencePerServer",
        "{GOOD,'kubernetes':{'namespaces':['n']}}; kubernetes.spiffeId",
        "{GOOD,KUBERNETES{namespace}/{serviceAccount}'}}; namespaces",
        "{GOOD,KUBERNETES{namespace}/{serviceAccount}','namespaces':['N_']}}; namespaces",
        "{GOOD,KUBERNETES{namespace}/sa','namespaces':['n']}}; spiffeId",
        "{GOOD,KUBERNETES{namespace}-{serviceAccount}','namespaces':['n']}}; spiffeId",
        "{GOOD,KUBERNETES{namespace}/{namespace}/{serviceAccount}','namespaces':['n']}}; spiffeId",
        "{GOOD,'kubernetes':{'spiffeId':'spiffe://{namespace}/{serviceAccount}','namespaces':['n']}};"
            + " spiffeId",
        "{GOOD,'kubernetes':{'spiffeId':'spiffe://sallyport.local/{namespace}/{serviceAccount}','namespaces':['n']}};"
            + " spiffeId",
        "{GOOD,'kubernetes':{'spiffeId':'oidc://x/{namespace}/{serviceAccount}','namespaces':['n']}};"
            + " spiffeId",
        "{GOOD,'actors':['spiffe://sallyport.local']}; actors may hold self and spiffe://DOMAIN",
        "{GOOD,'dpop':'off',KUBERNETES{namespace}/{serviceAccount}','namespaces':['n']}};"
            + " where kubernetes is given"
      })
  void saysWhatIsWrong(String text, String problem) throws Exception {
    var spec =
        text.replace(
                "GOOD", "'issuer':'i','audience':'a','algorithms':['ES256'],'jwksUri':'https://x'")
            .replace("KUBERNETES", "'kubernetes':{'spiffeId':'spiffe://prod/")
            .replace('\'', '"');
    var resource =
        new Resource(
            Resource.API_VERSION,
            "Issuer",
            "wrong",
            Map.of(),
            (ObjectNode) new JsonMapper().readTree(spec));

    assertThatThrownBy(() -> SpecReader.read(resource, IssuerSpec.class))
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessageContaining(problem);
  }
}
