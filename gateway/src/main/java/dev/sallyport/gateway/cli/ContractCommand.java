package dev.sallyport.gateway.cli;

import dev.sallyport.gateway.config.Environment;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport contract}. For one thread. */
@Command(
    name = "contract",
    mixinStandardHelpOptions = true,
    description = "Writes first contracts of tools, for a person to review.",
    footer = {
      "",
      "Example:",
      "  sallyport contract suggest crm > contracts.yaml",
      "  sallyport contract suggest crm --tool query_accounts",
      "  sallyport apply -f contracts.yaml --dry-run"
    })
public final class ContractCommand implements Runnable {
  private final Terminal terminal;

  @Mixin private final AdminOptions admin;

  @Spec private @Nullable CommandSpec spec;

  public ContractCommand(Terminal terminal, Environment environment) {
    this.terminal = terminal;
    this.admin = new AdminOptions(environment);
  }

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(terminal.out());
    }
  }

  @Command(
      name = "suggest",
      mixinStandardHelpOptions = true,
      description =
          "Writes a contract for each approved tool of a server, from its schemas and from what its"
              + " results have looked like since the gateway started.")
  int suggest(
      @Parameters(paramLabel = "SERVER", description = "The name of the McpServer.") String server,
      @Option(names = "--tool", paramLabel = "TOOL", description = "Only for this tool.")
          @Nullable String tool) {
    var query = tool == null ? "" : "?tool=" + encoded(tool);
    var path = "/admin/servers/" + encoded(server) + "/contracts/suggested" + query;
    var items = admin.client().get(path).orFail().path("items");
    if (items.isEmpty()) {
      throw new CommandFailure("The server has no approved tool; see: sallyport approve " + server);
    }
    items.forEach(item -> terminal.out().print("---\n" + item.path("yaml").asText()));
    terminal.out().flush();
    return 0;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
