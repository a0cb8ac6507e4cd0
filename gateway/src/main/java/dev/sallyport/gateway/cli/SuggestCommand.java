package dev.sallyport.gateway.cli;

import dev.sallyport.gateway.config.Environment;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport suggest}. For one thread. */
@Command(
    name = "suggest",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the least policy that covers what a workload was allowed to do, from evidence.",
      "What it was denied stands in comments. Read it, then apply it."
    },
    footer = {
      "",
      "Conditions on arguments are suggested where evidence holds them: see audit.args of"
          + " AgentPolicy.",
      "",
      "Example:",
      "  sallyport suggest --for spiffe://example.org/agent/ci --since 7d > ci.yaml",
      "  sallyport diff -f ci.yaml --against-evidence"
    })
public final class SuggestCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private final AdminOptions admin;

  @Option(
      names = "--for",
      required = true,
      paramLabel = "PRINCIPAL",
      description = "The workload: spiffe://DOMAIN/PATH or oidc://ISSUER/SUBJECT.")
  private String workload = "";

  @Mixin private final Since since = new Since();

  public SuggestCommand(Terminal terminal, Environment environment, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
    this.admin = new AdminOptions(environment);
  }

  @Override
  public Integer call() {
    var query = "?for=" + URLEncoder.encode(workload, StandardCharsets.UTF_8);
    var from = since.moment(clock).map(moment -> "&since=" + moment).orElse("");
    var told = admin.client().get("/admin/suggest" + query + from).orFail();
    if (told.path("decisions").asLong() == 0) {
      throw new CommandFailure("Evidence holds no decision of " + workload + ".");
    }
    terminal.out().print(told.path("yaml").asText());
    terminal.out().flush();
    return 0;
  }
}
