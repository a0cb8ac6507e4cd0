package dev.sallyport.llm.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.llm.catalog.ModelAlias.Fallback;
import dev.sallyport.llm.catalog.ModelAlias.Reasoning;
import dev.sallyport.llm.spi.Sort;
import dev.sallyport.llm.testing.Wire;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is accepted acts (Portkey #1289), and no identity changes in silence (S28). */
class ModelAliasTest {
  private final Catalog catalog = new Catalog();
  private final List<Resource> resources = new ArrayList<>();

  @BeforeEach
  void addModels() {
    add("Credential", "one", "{'providers':['p']}");
    add("Credential", "two", "{'providers':['p']}");
    add("Provider", "p", "{'protocol':'openai'}");
    add("Deployment", "a1", "{'alias':'a','provider':'p','upstreamModel':'x','model':'m'}");
    add("Deployment", "a2", "{'alias':'a','provider':'p','upstreamModel':'y','model':'m'}");
    add("Deployment", "b", "{'alias':'b','provider':'p','upstreamModel':'z'}");
  }

  @Test
  void saysNothingOfAnAliasByItself() throws InvalidResourcesException {
    apply();
    assertThat(catalog.models().alias("a").fallback()).isEqualTo(Fallback.DISABLED);
    assertThat(catalog.models().standard()).isEmpty();
    assertThat(catalog.deployments("b").getFirst().model()).isEqualTo("z");
    assertThat(catalog.deployments("a").getFirst().model()).isEqualTo("m");
  }

  @Test
  void takesWhatActs() throws InvalidResourcesException {
    add(
        "ModelAlias",
        "x",
        "{'alias':'a','fallback':'implicit-default','fallbacks':['b'],'default':true}");
    apply();
    assertThat(catalog.models().standard())
        .contains(
            new ModelAlias(
                "a",
                Fallback.IMPLICIT_DEFAULT,
                List.of("b"),
                true,
                Reasoning.STRIP,
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void takesWhatActsOnOrderAndPrice() throws InvalidResourcesException {
    add("ModelAlias", "a", "{'sort':'throughput','maxPrice':{'perRequestUsd':'0.005'}}");
    apply();
    assertThat(catalog.models().alias("a").sort()).contains(Sort.THROUGHPUT);
    assertThat(catalog.models().alias("a").maxPrice())
        .contains(
            new MaxPrice(Optional.empty(), Optional.empty(), Optional.of(new BigDecimal("0.005"))));
  }

  @ParameterizedTest
  @CsvSource({"any", "implicit-default"})
  void letsAnAliasStandForTwoModelsWhereItSaysWhatThatMeans(String mode)
      throws InvalidResourcesException {
    add("Deployment", "a3", "{'alias':'a','provider':'p','upstreamModel':'x'}");
    assertThatThrownBy(this::apply)
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessageContaining("Deployment/a3 /spec/model")
        .hasMessageContaining("also stands for another model (Deployment/a1)");

    add("ModelAlias", "a", "{'fallback':'" + mode + "'}");
    apply();
    assertThat(catalog.deployments("a")).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ModelAlias | {'fallback':'sometimes'} | fallback must be
          ModelAlias | {'fallbacks':['b']} | never asked while fallback is disabled
          ModelAlias | {'fallback':'disabled','fallbacks':['b']} | never asked
          ModelAlias | {'fallback':'any'} | nothing to fall back to
          ModelAlias | {'alias':'b','fallback':'any','fallbacks':['b']} | does not stand in for itself
          ModelAlias | {'alias':'b','fallback':'any','fallbacks':['c']} | no Deployment has this alias
          ModelAlias | {'alias':'b','fallback':'any','fallbacks':['a','a']} | different aliases
          ModelAlias | {'alias':'c','default':true} | no Deployment has this alias
          ModelAlias | {'alias':'a','default':true} | another ModelAlias for this alias
          ModelAlias | {'alias':'b','default':true} | another ModelAlias is the default
          ModelAlias | {'alias':'b','fallbak':'any'} | fallbak
          ModelAlias | {'sort':'cheap'} | sort must be price, latency or throughput
          ModelAlias | {'sort':'Price'} | sort must be price, latency or throughput
          ModelAlias | {'maxPrice':{}} | maxPrice has inputUsdPerMillion
          ModelAlias | {'maxPrice':{'inputUsdPerMillion':'3e1'}} | inputUsdPerMillion is US dollars
          ModelAlias | {'maxPrice':{'outputUsdPerMillion':'-1'}} | outputUsdPerMillion is US dollars
          ModelAlias | {'maxPrice':{'perRequestUsd':''}} | perRequestUsd is US dollars
          ModelAlias | {'maxPrice':{'prompt':'1'}} | prompt
          Provider | {'protocol':'openai','credential':'one','credentials':['two']} | not both
          Provider | {'protocol':'openai','credentials':[]} | 1 to 16 different
          Provider | {'protocol':'openai','credentials':['one','one']} | 1 to 16 different
          Provider | {'protocol':'openai','credentials':['one']} | does not list this provider
          Provider | {'protocol':'openai','credentials':['none']} | no Credential of that name
          Provider | {'protocol':'openai','firstTokenSeconds':0} | firstTokenSeconds must be
          Provider | {'protocol':'openai','firstTokenSeconds':3601} | firstTokenSeconds must be
          Deployment | {'alias':'d','provider':'p','upstreamModel':'x','model':'a b'} | model must
          """)
  void refusesWhatCouldNeverAct(String kind, String spec, String problem) {
    add("ModelAlias", "a", "{'default':true}");
    add(kind, "bad", kind.equals("ModelAlias") && !spec.contains("alias'") ? at(spec) : spec);

    assertThatThrownBy(this::apply)
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessageContaining(kind + "/bad")
        .hasMessageContaining(problem);
  }

  private static String at(String spec) {
    return "{'alias':'b'," + spec.substring(1);
  }

  private void add(String kind, String name, String spec) {
    resources.add(
        new Resource(
            Resource.API_VERSION, kind, name, Map.of(), Wire.object(spec.replace('\'', '"'))));
  }

  private void apply() throws InvalidResourcesException {
    catalog.prepare(new ResourceSet(resources)).activate();
  }
}
