package dev.sallyport.mcp.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.mcp.registry.RegisteredTool;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ToolSearchTest {
  private final TestingBroker broker = new TestingBroker(FixedAuthority.allowingAll());
  private final TestingMcpServer billing = TestingMcpServer.speaking(Era.STATELESS);
  private final TestingMcpServer tracker = TestingMcpServer.speaking(Era.STATELESS);
  private final ToolSearch search = new ToolSearch(broker.registry);

  @BeforeEach
  void register() {
    tool(billing, "create_invoice", "Creates an invoice for a customer.");
    tool(billing, "list_invoices", "Lists invoices, and says which of them are open.");
    tool(billing, "get_customer", "Reads one customer.");
    tool(tracker, "create_issue", "Creates an issue.");
    tool(tracker, "a_close", "Closes the same thing.");
    tool(tracker, "b_close", "Closes the same thing.");
    broker.register("billing", billing, "trusted");
    broker.register("tracker", tracker, "trusted");
  }

  @AfterEach
  void stop() {
    broker.close();
    billing.close();
    tracker.close();
  }

  @Test
  void findsWhatFitsBestFirst() {
    assertThat(names("create invoice"))
        .containsExactly(
            "billing__create_invoice", "tracker__create_issue", "billing__list_invoices");
    assertThat(names("open invoices").getFirst()).isEqualTo("billing__list_invoices");
    assertThat(names("customer"))
        .containsExactly("billing__get_customer", "billing__create_invoice");
    assertThat(names("nothing that is there")).isEmpty();
  }

  @Test
  void putsWhatFitsEquallyInTheOrderOfNames() {
    assertThat(names("close thing")).containsExactly("tracker__a_close", "tracker__b_close");
  }

  @Test
  void searchesOneServerAlone() {
    assertThat(found("create", Optional.of("tracker"), _ -> true, 10).best())
        .extracting(RegisteredTool::exposedName)
        .containsExactly("tracker__create_issue");
    assertThat(found("create", Optional.of("unknown"), _ -> true, 10).best()).isEmpty();
  }

  @Test
  void givesNoMoreThanWasAskedForAndSaysHowManyThereAre() {
    var found = found("create invoice", Optional.empty(), _ -> true, 1);

    assertThat(found.best()).hasSize(1);
    assertThat(found.matching()).isEqualTo(3);
  }

  @Test
  void tellsNothingOfToolsThatAreNotTheirs() {
    Predicate<RegisteredTool> ofBilling = tool -> tool.server().name().equals("billing");
    var before = found("create the invoice of a customer", Optional.empty(), ofBilling, 10);
    for (int i = 0; i < 20; i++) {
      tool(tracker, "invoice_" + i, "Invoice invoice customer.".repeat(i));
    }
    broker.remove(new Resource.Key("McpServer", "tracker"));
    broker.register("tracker", tracker, "trusted");

    assertThat(found("create the invoice of a customer", Optional.empty(), ofBilling, 10))
        .isEqualTo(before);
  }

  @Test
  void followsWhatIsRegistered() {
    assertThat(names("issue")).containsExactly("tracker__create_issue");

    broker.remove(new Resource.Key("McpServer", "tracker"));

    assertThat(names("issue")).isEmpty();
    assertThat(names("invoice")).hasSize(2);
  }

  @Test
  void boundsAQuery() {
    assertThat(names("close ".repeat(85))).hasSize(2);
    assertThatThrownBy(() -> names("x".repeat(513))).isInstanceOf(IllegalArgumentException.class);
  }

  private List<String> names(String query) {
    return found(query, Optional.empty(), _ -> true, 10).best().stream()
        .map(RegisteredTool::exposedName)
        .toList();
  }

  private ToolSearch.Found found(
      String query, Optional<String> server, Predicate<RegisteredTool> visible, int limit) {
    return search.find(query, server, visible, limit);
  }

  private static void tool(TestingMcpServer server, String name, String description) {
    server.with(
        TestingMcpServer.definition(name).put("description", description),
        UnaryOperator.identity());
  }
}
