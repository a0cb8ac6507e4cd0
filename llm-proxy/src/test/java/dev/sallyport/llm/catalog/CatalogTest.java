package dev.sallyport.llm.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.llm.testing.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CatalogTest {
  private final Catalog catalog = new Catalog();
  private final List<Resource> resources = new ArrayList<>();

  @Test
  void ordersTheDeploymentsOfAnAliasByPriorityAndThenByName() throws Exception {
    add("Provider", "openai", "{'protocol':'openai'}");
    add("Deployment", "c", "{'alias':'fast','provider':'openai','upstreamModel':'m','priority':1}");
    add("Deployment", "b", "{'alias':'fast','provider':'openai','upstreamModel':'m'}");
    add("Deployment", "a", "{'alias':'fast','provider':'openai','upstreamModel':'m'}");
    apply();

    assertThat(catalog.deployments("fast"))
        .extracting(Deployment::name)
        .containsExactly("a", "b", "c");
    assertThat(catalog.deployments("other")).isEmpty();
    assertThat(catalog.aliases()).containsExactly("fast");
  }

  @Test
  void ordersThoseOfOnePriorityByTheirWeightsAndThenByName() throws Exception {
    add("Provider", "openai", "{'protocol':'openai'}");
    for (var weight : List.of("a=1000", "b=0", "c=95", "d=", "e=95")) {
      var said = weight.substring(2).isEmpty() ? "" : ",'weight':" + weight.substring(2);
      int priority = weight.startsWith("a") ? 1 : 0;
      add(
          "Deployment",
          weight.substring(0, 1),
          "{'alias':'fast','provider':'openai','upstreamModel':'m','priority':%d%s}"
              .formatted(priority, said));
    }
    apply();

    assertThat(catalog.deployments("fast"))
        .extracting(Deployment::name)
        .containsExactly("c", "e", "d", "b", "a");
    assertThat(catalog.deployments("fast").get(2).weight()).isEmpty();
    assertThat(catalog.deployments("fast").get(3).weight()).hasValue(0);
    assertThat(catalog.deployments("fast").get(4).weight()).hasValue(1_000);
  }

  @Test
  void takesTheAddressOfTheProtocolsInventorWhereNoneIsGiven() throws Exception {
    add("Provider", "a", "{'protocol':'anthropic'}");
    add("Provider", "b", "{'protocol':'openai','baseUrl':'https://host/v1/','timeoutSeconds':9}");
    add("Deployment", "a", "{'alias':'a','provider':'a','upstreamModel':'m'}");
    add("Deployment", "b", "{'alias':'b','provider':'b','upstreamModel':'m'}");
    apply();

    assertThat(catalog.deployments("a").getFirst().provider().base())
        .hasToString("https://api.anthropic.com/v1");
    var given = catalog.deployments("b").getFirst().provider();
    assertThat(given.base()).hasToString("https://host/v1");
    assertThat(given.timeout()).hasSeconds(9);
    assertThat(catalog.deployments("b").getFirst().maxOutputTokens()).isEqualTo(4_096);
  }

  @ParameterizedTest
  @CsvSource({
    "europe-west4,https://europe-west4-aiplatform.googleapis.com/v1",
    "global,https://aiplatform.googleapis.com/v1",
    "us,https://aiplatform.us.rep.googleapis.com/v1",
    "eu,https://aiplatform.eu.rep.googleapis.com/v1"
  })
  void knowsTheHostOfEachRegionOfVertex(String region, String base) throws Exception {
    add("Provider", "v", "{'protocol':'vertex','project':'p','region':'" + region + "'}");
    add("Deployment", "v", "{'alias':'v','provider':'v','upstreamModel':'m'}");
    apply();

    var provider = catalog.deployments("v").getFirst().provider();
    assertThat(provider.base()).hasToString(base);
    assertThat(provider.site().project()).contains("p");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Provider|{}|protocol must be",
        "Provider|{'protocol':'telepathy'}|protocol must be",
        "Provider|{'protocol':'openai','baseUrl':'http://example.org/v1'}|in the clear",
        "Provider|{'protocol':'openai','baseUrl':'ftp://example.org'}|http or https",
        "Provider|{'protocol':'openai','baseUrl':'https://u:p@example.org'}|without user",
        "Provider|{'protocol':'openai','baseUrl':'https://example.org/?k=1'}|without user",
        "Provider|{'protocol':'openai','baseUrl':'::'}|must be a URL",
        "Provider|{'protocol':'openai','timeoutSeconds':0}|timeoutSeconds must be 1 to 3600",
        "Provider|{'protocol':'openai','timeoutSeconds':3601}|timeoutSeconds must be 1 to 3600",
        "Provider|{'protocol':'openai','credential':'nothing'}|no Credential of that name",
        "Provider|{'protocol':'openai','credential':'elsewhere'}|does not list this provider",
        "Provider|{'protocol':'openai','apiKey':'k'}|apiKey",
        "Provider|{'protocol':'bedrock','baseUrl':'https://host'}|region must be given",
        "Provider|{'protocol':'bedrock','region':'evil.example:1'}|region must be given",
        "Provider|{'protocol':'vertex','region':'global'}|project must be given",
        "Provider|{'protocol':'vertex','project':'p'}|region must be given",
        "Provider|{'protocol':'vertex','project':'p','region':'evil.example:1'}|region must be",
        "Provider|{'protocol':'vertex','project':'..','region':'eu'}|project must be given",
        "Provider|{'protocol':'vertex','project':'p','baseUrl':'https://host/v1'}|region must be",
        "Deployment|{'alias':'a','provider':'cloud','upstreamModel':'m','publisher':'meta'}"
            + "|google and of anthropic",
        "Provider|{'protocol':'openai','vendor':'nobody'}|cerebras, cohere, deepseek, fireworks,"
            + " groq, mistral, nvidia, ollama, openai, perplexity, together, vllm, xai",
        "Provider|{'protocol':'anthropic','vendor':'groq'}|of anthropic",
        "Provider|{'protocol':'openai','quirks':{'toolCallIds':'ten'}}|toolCallIds must be any or"
            + " nine",
        "Provider|{'protocol':'openai','quirks':{'usageAt':'usage'}}|usageAt must be a JSON"
            + " pointer",
        "Provider|{'protocol':'openai','quirks':{'nullable':true}}|nullable",
        "Provider|{'protocol':'openai','forwardHeaders':['Authorization']}|forwardHeaders may name",
        "Provider|{'protocol':'azure-openai','baseUrl':'https://h'}|apiVersion must be v1, or a"
            + " date",
        "Provider|{'protocol':'azure-openai','baseUrl':'https://h','apiVersion':'latest'}"
            + "|apiVersion must be v1, or a date",
        "Provider|{'protocol':'azure-openai','apiVersion':'v1'}|give baseUrl",
        "Deployment|{'alias':'a','provider':'cloud','upstreamModel':'m','api':'responses'}|only"
            + " providers of openai",
        "Deployment|{'alias':'a b','provider':'good','upstreamModel':'m'}|alias must be",
        "Deployment|{'alias':'a','provider':'nothing','upstreamModel':'m'}|no Provider of that"
            + " name",
        "Deployment|{'alias':'a','provider':'good'}|upstreamModel must be",
        "Deployment|{'alias':'a','provider':'good','upstreamModel':'m n'}|upstreamModel must be",
        "Deployment|{'alias':'a','provider':'good','upstreamModel':'m','priority':-1}|priority must"
            + " be",
        "Deployment|{'alias':'a','provider':'good','upstreamModel':'m','weight':-1}|weight must be"
            + " 0 to 1000",
        "Deployment|{'alias':'a','provider':'good','upstreamModel':'m','weight':1001}|weight must"
            + " be 0 to 1000",
        "Deployment|{'alias':'a','provider':'good','upstreamModel':'m','weight':0.5}|/spec/weight",
        "Deployment|{'alias':'a','provider':'good','upstreamModel':'m','maxOutputTokensDefault':0}"
            + "|maxOutputTokensDefault must be",
        "Deployment|{'alias':'a','provider':'good','upstreamModel':'m','price':{}}|a price has",
        "Deployment|{'alias':'a','provider':'good','upstreamModel':'m','price':{'inputUsdPerMillion':'-1','outputUsdPerMillion':'1'}}|inputUsdPerMillion"
            + " is",
        "Deployment|{'alias':'a','provider':'good','upstreamModel':'m',"
            + "'price':{'inputUsdPerMillion':'1','outputUsdPerMillion':'1.0000001'}}"
            + "|outputUsdPerMillion is",
        "Deployment|{'alias':'a','provider':'good','upstreamModel':'m',"
            + "'price':{'inputUsdPerMillion':3,'outputUsdPerMillion':'1'}}|text",
      })
  void refusesWhatDoesNotHoldTogether(String kind, String spec, String problem) throws Exception {
    add("Credential", "elsewhere", "{'providers':['other']}");
    add("Provider", "good", "{'protocol':'openai'}");
    add("Provider", "cloud", "{'protocol':'vertex','project':'p','region':'eu'}");
    add("Deployment", "before", "{'alias':'before','provider':'good','upstreamModel':'m'}");
    apply();
    add(kind, "bad", spec);

    assertThatThrownBy(this::apply)
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessageContaining(kind + "/bad")
        .hasMessageContaining(problem);
    assertThat(catalog.aliases()).containsExactly("before");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'protocol':'openai','baseUrl':'http://127.0.0.1:8080/v1'}",
        "{'protocol':'openai','baseUrl':'http://localhost/v1'}",
        "{'protocol':'openai','baseUrl':'http://[::1]:1/v1'}",
        "{'protocol':'openai','baseUrl':'https://host:65535/v1'}",
        "{'protocol':'openai','baseUrl':'http://vllm.internal/v1','allowPlaintext':true}",
        "{'protocol':'openai','credential':'key'}",
        "{'protocol':'openai','vendor':'vllm'}",
        "{'protocol':'azure-openai','baseUrl':'https://h','apiVersion':'v1'}",
        "{'protocol':'azure-openai','baseUrl':'https://h','apiVersion':'2025-04-01-preview'}",
        "{'protocol':'openrouter','forwardHeaders':['HTTP-Referer','x-title','X-Request-ID']}",
      })
  void takesWhatHoldsTogether(String spec) throws Exception {
    add("Credential", "key", "{'providers':['good']}");
    add("Provider", "good", spec);
    apply();
  }

  @Test
  void doubtsAStoredProviderThatCannotBeAskedAndGoesOn() throws Exception {
    add("Provider", "good", "{'protocol':'openai'}");
    add("Provider", "odd", "{'protocol':'openai','baseUrl':'https://h:65536'}");
    add("Deployment", "a", "{'alias':'a','provider':'odd','upstreamModel':'m'}");

    var prepared = catalog.prepare(new ResourceSet(resources));
    prepared.activate();

    assertThat(prepared.doubts())
        .singleElement()
        .satisfies(doubt -> {
          assertThat(doubt.resource()).hasToString("Provider/odd");
          assertThat(doubt.problem()).isEqualTo("baseUrl: the port must be 1 to 65535");
        });
    assertThat(catalog.aliases()).containsExactly("a");
  }

  @Test
  void tellsOfAliasesThatAPolicyAllowsAndNoDeploymentHas() throws Exception {
    add("Provider", "openai", "{'protocol':'openai'}");
    add("Deployment", "a", "{'alias':'fast','provider':'openai','upstreamModel':'m'}");
    add("AgentPolicy", "ci", "{'models':{'allow':['fast','fsat','*']}}");
    add("AgentPolicy", "none", "{}");

    var doubts = catalog.prepare(new ResourceSet(resources)).doubts();

    assertThat(doubts)
        .singleElement()
        .satisfies(doubt -> {
          assertThat(doubt.resource()).hasToString("AgentPolicy/ci");
          assertThat(doubt.pointer()).isEqualTo("/spec/models/allow/1");
          assertThat(doubt.problem()).contains("alias fsat");
        });
  }

  @Test
  void tellsOfEveryMistakeAtOnce() {
    add("Provider", "one", "{}");
    add("Deployment", "two", "{'alias':'a','provider':'nothing','upstreamModel':'m'}");

    assertThatThrownBy(this::apply)
        .isInstanceOfSatisfying(
            InvalidResourcesException.class, e -> assertThat(e.mistakes()).hasSize(2));
  }

  private void add(String kind, String name, String spec) {
    resources.removeIf(one -> one.kind().equals(kind) && one.name().equals(name));
    resources.add(
        new Resource(
            Resource.API_VERSION, kind, name, Map.of(), Wire.object(spec.replace('\'', '"'))));
  }

  private void apply() throws InvalidResourcesException {
    catalog.prepare(new ResourceSet(resources)).activate();
  }
}
