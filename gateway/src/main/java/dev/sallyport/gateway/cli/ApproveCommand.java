package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.config.Environment;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport approve}. For one thread. */
@Command(
    name = "approve",
    mixinStandardHelpOptions = true,
    description = "Lets agents see tool definitions that wait for a person, or lists them.",
    footer = {
      "",
      "Example:",
      "  sallyport approve                     what waits",
      "  sallyport approve crm                 all that waits of one server",
      "  sallyport approve crm query_accounts",
      "  sallyport approve crm drop_table --reject"
    })
public final class ApproveCommand implements Callable<Integer> {
  private static final String NOTHING = "Nothing waits.";

  private final Terminal terminal;

  @Mixin private final AdminOptions admin;

  @Parameters(index = "0", arity = "0..1", paramLabel = "SERVER", description = "The server.")
  private @Nullable String server;

  @SuppressWarnings("FieldCanBeFinal") // set by picocli
  @Parameters(index = "1..*", paramLabel = "TOOL", description = "Tools; all that wait by default.")
  private List<String> tools = List.of();

  @Option(names = "--list", description = "Only list what waits.")
  private boolean list;

  @Option(names = "--reject", description = "Reject instead; tools must be named.")
  private boolean reject;

  public ApproveCommand(Terminal terminal, Environment environment) {
    this.terminal = terminal;
    this.admin = new AdminOptions(environment);
  }

  @Override
  public Integer call() {
    if (server == null || list) {
      var client = admin.client();
      list(client.get("/admin/tools?status=pending").orFail().path("items"));
      listSilent(client.get("/admin/servers").orFail().path("items"));
      return 0;
    }
    if (reject && tools.isEmpty()) {
      throw new CommandFailure("Name the tools to reject.");
    }
    var body = JsonNodeFactory.instance.objectNode();
    if (tools.isEmpty()) {
      body.put("tools", "all");
    } else {
      var named = body.putArray("tools");
      tools.forEach(named::add);
    }
    var verb = reject ? "reject" : "approve";
    var decided = admin.client().post("/admin/tools/" + server + "/" + verb, body).orFail();
    if (decided.path("tools").isEmpty()) {
      terminal.out().println(NOTHING);
    }
    for (var tool : decided.path("tools")) {
      terminal
          .out()
          .println(
              terminal.good(reject ? "rejected" : "approved") + " " + server + "/" + tool.asText());
    }
    return 0;
  }

  private void list(JsonNode items) {
    if (items.isEmpty()) {
      terminal.out().println(NOTHING);
    }
    for (var item : items) {
      var name = item.path("server").asText() + "/" + item.path("tool").asText();
      if (server == null || item.path("server").asText().equals(server)) {
        terminal.out().println(terminal.notable(item.path("status").asText()) + "  " + name);
        terminal.out().println("    " + item.path("definition").path("description").asText());
      }
    }
  }

  /** The servers whose tools are not known, since they have not answered. */
  private void listSilent(JsonNode servers) {
    for (var one : servers) {
      var state = one.path("state").asText();
      var name = one.path("name").asText();
      if (!state.equals("ready") && (server == null || name.equals(server))) {
        var reason = one.has("reason") ? " (" + one.path("reason").asText() + ")" : "";
        terminal.out().println(terminal.notable(state) + "  " + name + reason);
      }
    }
  }
}
