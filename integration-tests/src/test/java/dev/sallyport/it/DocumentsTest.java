package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.config.ConfigLoader;
import dev.sallyport.gateway.config.Environment;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.spi.Housekeeping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the documents say is what the product is, as far as that can be seen without running it. */
class DocumentsTest {
  private static final String CONFIGURATION = Documents.read("docs/configuration.md");

  @Test
  void everyKeyOfTheConfigurationStandsInItsTableAsItIs() {
    var table =
        Documents.rows(Documents.section(CONFIGURATION, "## The gateway")).stream()
            .filter(row -> row.size() == 6)
            .toList();

    assertThat(table)
        .containsExactlyElementsOf(
            Arrays.stream(ConfigKey.values()).map(DocumentsTest::row).toList());
  }

  private static List<String> row(ConfigKey key) {
    return List.of(
        "`" + key.key() + "`",
        "`" + key.variable() + "`",
        "`" + key.flag() + "`",
        key.standard().replace("<", "\\<"),
        key.rule(),
        key.meaning());
  }

  @Test
  void theSampleOfAConfigurationCanBeLoaded(@TempDir Path folder) throws Exception {
    var sample = Documents.blocks(Documents.section(CONFIGURATION, "## The gateway"), "yaml");
    var file = Files.writeString(folder.resolve("sample.yaml"), sample.getFirst());

    var config =
        ConfigLoader.load(
            Optional.of(file), new Environment(Map.of("HOME", folder.toString())), Map.of());

    assertThat(config.questions().model()).contains("reader");
  }

  @ParameterizedTest
  @CsvSource({
    "TrustDomain, dev.sallyport.identity.trust.TrustDomainSpec",
    "Issuer, dev.sallyport.identity.trust.IssuerSpec",
    "VirtualKey, dev.sallyport.identity.trust.VirtualKeySpec",
    "AgentPolicy, dev.sallyport.identity.grant.AgentPolicySpec",
    "ToolBinding, dev.sallyport.identity.grant.ToolBindingSpec",
    "ToolContract, dev.sallyport.mcp.contract.ContractSpec",
    "ReaderGroup, dev.sallyport.mcp.contract.GroupSpec",
    "Credential, dev.sallyport.vault.seal.CredentialSpec",
    "McpServer, dev.sallyport.mcp.registry.ServerSpec",
    "Provider, dev.sallyport.llm.catalog.ProviderSpec",
    "Deployment, dev.sallyport.llm.catalog.DeploymentSpec",
    "ModelAlias, dev.sallyport.llm.catalog.ModelAliasSpec",
  })
  void everyFieldOfAKindStandsInItsTable(String kind, String form) throws ClassNotFoundException {
    var table = Documents.rows(Documents.section(CONFIGURATION, "### " + kind));

    var fields = SpecFields.of(Class.forName(form));

    assertThat(
            table.stream()
                .flatMap(row -> Documents.code(row.getFirst()).stream())
                .map(fields::atFirstPlace))
        .containsExactlyInAnyOrderElementsOf(fields.names());
  }

  @Test
  void everyRefusalStandsInItsTableWithItsStatusAndItsText() {
    var table =
        Documents.rows(Documents.section(Documents.read("docs/security.md"), "## Refusal codes"));

    assertThat(table.stream().map(row -> row.subList(0, 3)))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(RefusalCode.values())
                .map(code ->
                    List.of("`" + code.code() + "`", String.valueOf(code.status()), code.advice()))
                .toList());
  }

  @Test
  void everyReasonWhyATokenDoesNotHoldStandsInItsTable() {
    var table =
        Documents.section(Documents.read("docs/security.md"), "### Why a token does not hold");
    var given =
        Documents.files("identity/src/main/java", ".java").stream()
            .flatMap(file ->
                Documents.matches(
                    "(?:Fault|Rejected|WantsNonce|rejected)\\(\\s*\"(?:proof_)?([a-z_0-9]+)\"",
                    Documents.read(Documents.ROOT.relativize(file).toString())))
            .map(match -> match.group(1))
            .collect(Collectors.toSet());

    assertThat(given).hasSizeGreaterThan(60);
    assertThat(given)
        .allSatisfy(reason -> assertThat(table).containsPattern("`(proof_)?" + reason + "`"));
  }

  @ParameterizedTest
  @CsvSource({
    "src/test/java, ([A-Za-z.]*Test)",
    "src/main/java, ((?:gateway|identity|llm|mcp|sandbox|vault)\\.[A-Za-z.]+)(?<!Test)",
  })
  void everyClassAndPackageThatTheRequirementsNameIsThere(String folder, String name) {
    var sources = Documents.sources(folder).stream().map(file -> "/" + file).toList();
    var named =
        Documents.matches("`" + name + "`", Documents.read("docs/requirements.md"))
            .map(match -> "/" + match.group(1).replace('.', '/'))
            .toList();

    assertThat(named).hasSizeGreaterThan(10);
    assertThat(named)
        .allSatisfy(one ->
            assertThat(sources)
                .anyMatch(source ->
                    source.endsWith(one + ".java") || source.endsWith(one + "/package-info.java")));
  }

  @Test
  void everyAttackIsShownByTestsThatNameIt() {
    var table = Documents.rows(Documents.read("docs/attacks.md"));
    var sources =
        Stream.of("identity", "mcp-broker", "gateway", "integration-tests")
            .flatMap(module -> Documents.files(module + "/src/test/java", ".java").stream())
            .toList();

    assertThat(table.stream().flatMap(row -> Documents.code(row.getFirst()).stream()))
        .containsExactlyElementsOf(
            Stream.concat(numbers("ID-%02d", 44), numbers("AZ-%02d", 20)).toList());
    assertThat(table)
        .allSatisfy(row -> {
          var tests = Documents.code(row.getLast());
          assertThat(tests)
              .isNotEmpty()
              .allSatisfy(
                  test -> assertNames(sources, test, Documents.code(row.getFirst()).getFirst()));
        });
  }

  private static Stream<String> numbers(String form, int last) {
    return IntStream.rangeClosed(1, last).mapToObj(form::formatted);
  }

  /** That a class has a test of this name, and that the class says what number it is about. */
  private static void assertNames(List<Path> sources, String test, String number) {
    var parts = List.of(test.split("#", -1));
    assertThat(parts).hasSize(2);
    var named = sources.stream().filter(file -> file.endsWith(parts.getFirst() + ".java")).toList();
    assertThat(named).as(test).hasSize(1);
    assertThat(Documents.read(Documents.ROOT.relativize(named.getFirst()).toString()))
        .as(test)
        .contains("\n  void " + parts.getLast() + "(")
        .containsPattern("\\b" + number + "\\b");
  }

  @Test
  void everyExampleOfAnAnswerIsJson() throws IOException {
    for (var file : Documents.all()) {
      for (var block : Documents.blocks(Files.readString(file), "json")) {
        assertThat(new JsonMapper().readTree(block).isObject()).as(block).isTrue();
      }
    }
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    for (var file : Documents.all()) {
      for (var link :
          Documents.matches("\\]\\(([^)#]*)(?:#([^)]*))?\\)", Files.readString(file)).toList()) {
        if (!link.group(1).contains("://")) {
          var target = file.resolveSibling(link.group(1)).normalize();
          var where = link.group(1).isEmpty() ? file : target;
          assertThat(where).as(file + " " + link.group()).exists();
          if (link.group(2) != null) {
            assertThat(anchors(where)).as(file + " " + link.group()).contains(link.group(2));
          }
        }
      }
    }
  }

  private static List<String> anchors(Path file) throws IOException {
    return Documents.matches("(?m)^#+ (.*)$", Files.readString(file))
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", ""))
        .map(heading -> heading.replace(' ', '-'))
        .toList();
  }

  @Test
  void everyMemberOfAnswersThatIsLeftOutInSilenceStandsInItsTable() {
    var section = Documents.section(Documents.read("docs/api.md"), "#### Translated answers");
    var documented = new TreeMap<String, Set<String>>();
    for (var row : Documents.rows(section.substring(section.indexOf("| form |")))) {
      documented.put(
          Documents.code(row.getFirst()).getFirst(), Set.copyOf(Documents.code(row.getLast())));
    }

    assertThat(documented).isEqualTo(Housekeeping.members());
  }

  @Test
  void theReadmeLeadsToEveryDocument() {
    var readme = Documents.read("README.md");

    for (var file : Documents.files("docs", ".md")) {
      var path = Documents.ROOT.relativize(file);
      assertThat(readme)
          .as(path.toString())
          .containsAnyOf("(" + path + ")", "(" + path.getParent() + ")");
    }
  }
}
