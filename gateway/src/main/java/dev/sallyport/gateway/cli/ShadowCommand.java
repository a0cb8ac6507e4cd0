package dev.sallyport.gateway.cli;

import dev.sallyport.gateway.config.Environment;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport shadow}. For one thread. */
@Command(
    name = "shadow",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what rules that are only tried would have decided otherwise, counted from evidence.",
      "A rule is only tried while it says shadow: true."
    },
    footer = {"", "Example:", "  sallyport shadow --since 7d"})
public final class ShadowCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private final AdminOptions admin;

  @Mixin private final Since since = new Since();

  public ShadowCommand(Terminal terminal, Environment environment, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
    this.admin = new AdminOptions(environment);
  }

  @Override
  public Integer call() {
    var query = since.moment(clock).map(moment -> "?since=" + moment).orElse("");
    var shadows = admin.client().get("/admin/shadow" + query).orFail().path("shadows");
    if (shadows.isEmpty()) {
      terminal.out().println("No rule that is only tried would have decided otherwise.");
    }
    new ReplayTale(terminal, new RuleText(Optional.empty())).shadows(shadows);
    terminal.out().flush();
    return 0;
  }
}
