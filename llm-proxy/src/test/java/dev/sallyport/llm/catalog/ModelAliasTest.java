package dev.sallyport.llm.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.llm.catalog.ModelAlias.Fallback;
import dev.sallyport.llm.catalog.ModelAlias.Reasoning;
import dev.sallyport.llm.testing.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
            new ModelAlias("a", Fallback.IMPLICIT_DEFAULT, List.of("b"), true, Reasoning.STRIP));
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
