package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.config.Environment;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport apply}. For one thread. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = "Makes resources as the files say: all of them, or none if one has a mistake.",
    footer = {
      "",
      "Example:",
      "  sallyport apply -f policies/ -f servers.yaml",
      "  sallyport apply --dry-run -f policies/"
    })
public final class ApplyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final AdminOptions admin;

  @Mixin private final FileOption files = new FileOption();

  @Option(names = "--dry-run", description = "Check, show what would change, and change nothing.")
  private boolean dryRun;

  public ApplyCommand(Terminal terminal, Environment environment) {
    this.terminal = terminal;
    this.admin = new AdminOptions(environment);
  }

  @Override
  public Integer call() {
    var read = files.read();
    var applied = apply(admin.client(), read, dryRun);
    for (var change : applied.path("changes")) {
      print(terminal, change, dryRun);
    }
    warn(terminal, read, applied);
    applied
        .path("shownOnce")
        .properties()
        .forEach(resource ->
            resource
                .getValue()
                .properties()
                .forEach(shown ->
                    terminal
                        .out()
                        .println(
                            terminal.notable("shown once ")
                                + resource.getKey()
                                + " "
                                + shown.getKey()
                                + ": "
                                + shown.getValue().asText())));
    return 0;
  }

  /** Applies documents, or checks them. */
  static JsonNode apply(AdminClient client, ResourceFiles files, boolean dryRun) {
    var reply = client.post(dryRun ? "/admin/apply?dryRun=true" : "/admin/apply", files.body());
    if (!reply.ok() && reply.body().has("errors")) {
      throw new CommandFailure(files.located(reply.body().path("errors")));
    }
    return reply.orFail();
  }

  /** Says what in the files is likely not what was meant. */
  static void warn(Terminal terminal, ResourceFiles files, JsonNode applied) {
    files
        .located(applied.path("warnings"))
        .lines()
        .forEach(line -> terminal.err().println(terminal.notable("warning ") + line));
  }

  /** Prints one change; its values too if they are asked for. */
  static void print(Terminal terminal, JsonNode change, boolean values) {
    var effect = change.path("effect").asText();
    var shown =
        switch (effect) {
          case "unchanged" -> effect;
          case "deleted" -> terminal.bad(effect);
          default -> terminal.good(effect);
        };
    var pad = " ".repeat(Math.max(1, 10 - effect.length()));
    var name = change.path("kind").asText() + "/" + change.path("name").asText();
    terminal.out().println(shown + pad + name);
    if (values) {
      change.path("diff").forEach(line -> terminal.out().println("    " + line.asText()));
    }
  }
}
