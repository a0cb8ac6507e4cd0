package dev.sallyport.gateway.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Corpus.Suite;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaContractsTest {
  @Test
  void wantsTheWordOfAUserForWhomACallReaches() throws IOException {
    assertThat(contracts("mail_send", "to", "cc", "body"))
        .contains(
            "tool: strict-mail/mail_send",
            "args: {to: {authority: [USER, ORG], else: ask}, cc: {authority: [USER, ORG], else:"
                + " ask}}",
            "audience_from: [to, cc]",
            "effects: {emits: [egress]}");
  }

  @Test
  void saysThatSomethingLeavesWhereNobodyIsNamed() throws IOException {
    assertThat(contracts("service_restart", "service"))
        .contains("effects: {emits: [egress]}", "audience_from: []")
        .doesNotContain("args");
  }

  @Test
  void asksNothingOfToolsThatRead() throws IOException {
    assertThat(contracts("mail_search", "to")).isEmpty();
  }

  private static String contracts(String tool, String... arguments) throws IOException {
    var definition = (ObjectNode) new JsonMapper().readTree("{\"inputSchema\": {}}");
    definition.put("name", tool);
    var properties = definition.withObject("/inputSchema/properties");
    List.of(arguments).forEach(properties::putObject);
    var suite = new Suite("mail", Map.of(), List.of(definition), List.of(), List.of());
    return SchemaContracts.of(suite, "strict-mail");
  }
}
