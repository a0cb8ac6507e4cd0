package dev.sallyport.gateway.cli;

import dev.sallyport.gateway.config.Environment;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sallyport delete}. For one thread. */
@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    description = "Removes a resource.",
    footer = {"", "Example:", "  sallyport delete agentpolicy ci"})
public final class DeleteCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final AdminOptions admin;

  @SuppressWarnings("FieldCanBeFinal") // set by picocli
  @Parameters(index = "0", paramLabel = "KIND", description = "The kind.")
  private String kind = "";

  @SuppressWarnings("FieldCanBeFinal") // set by picocli
  @Parameters(index = "1", paramLabel = "NAME", description = "The name.")
  private String name = "";

  public DeleteCommand(Terminal terminal, Environment environment) {
    this.terminal = terminal;
    this.admin = new AdminOptions(environment);
  }

  @Override
  public Integer call() {
    var applied = admin.client().delete("/admin/" + kind + "/" + name).orFail();
    applied.path("changes").forEach(change -> ApplyCommand.print(terminal, change, false));
    return 0;
  }
}
