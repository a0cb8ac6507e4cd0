package dev.sallyport.mcp.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentNamesTest extends OpenApiScene {
  private static final String ONE =
      """
      openapi: 3.1.0
      paths:
        /calls:
          get:
            operationId: list
            parameters: [%s]
            responses: {"200": {description: ok}}
      """;

  private List<String> names(String parameters) {
    var names = new ArrayList<String>();
    properties(parameters).fieldNames().forEachRemaining(names::add);
    return names;
  }

  private JsonNode properties(String parameters) {
    var listing = upstream(ONE.formatted(parameters)).inspect(Lent.nothing());
    return tool(listing, "list").at("/inputSchema/properties");
  }

  /** Twilio describes ranges of times in this way. */
  @Test
  void tellsApartNamesThatDifferInSignsAlone() {
    var parameters =
        "{name: At, in: query}, {name: 'At<', in: query, description: Before it.},"
            + " {name: 'At>', in: query}";
    var names = names(parameters);

    assertThat(names.get(0)).isEqualTo("At");
    assertThat(names.subList(1, 3)).allMatch(name -> name.matches("At__query_[0-9a-f]{8}"));
    assertThat(names).doesNotHaveDuplicates();
    var described = properties(parameters);
    assertThat(described.path("At").has("description")).isFalse();
    assertThat(described.path(names.get(1)).path("description").asText())
        .isEqualTo("Sent as At<. Before it.");
    assertThat(described.path(names.get(2)).path("description").asText()).isEqualTo("Sent as At>.");

    call(upstream(ONE.formatted(parameters)), "list", Json.object().put(names.get(2), "2026"));
    assertThat(api.last().target()).isEqualTo("/v1/calls?At%3E=2026");
  }

  @Test
  void keepsANameWhateverTheOrderOfTheParameters() {
    assertThat(names("{name: 'a<', in: query}, {name: 'a>', in: query}"))
        .containsExactlyInAnyOrderElementsOf(
            names("{name: 'a>', in: query}, {name: 'a<', in: query}"));
  }

  @Test
  void shortensANameThatIsTooLong() {
    var fits = "a".repeat(64);
    var names = names("{name: %s, in: query}, {name: %sb, in: query}".formatted(fits, fits));

    assertThat(names.get(0)).isEqualTo(fits);
    assertThat(names.get(1)).matches("a{55}_[0-9a-f]{8}");
  }
}
