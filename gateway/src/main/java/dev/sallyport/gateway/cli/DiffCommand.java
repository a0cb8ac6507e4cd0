package dev.sallyport.gateway.cli;

import dev.sallyport.gateway.config.Environment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport diff}. For one thread. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = "Shows in which values the files differ from what is in force.",
    footer = {"", "Example:", "  sallyport diff -f policies/"})
public final class DiffCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final AdminOptions admin;

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE|DIR",
      description = "A file, a folder of .yaml and .json files, or - for standard input.")
  private List<Path> files = List.of();

  public DiffCommand(Terminal terminal, Environment environment) {
    this.terminal = terminal;
    this.admin = new AdminOptions(environment);
  }

  @Override
  public Integer call() {
    var read = ResourceFiles.read(files);
    for (var change : ApplyCommand.apply(admin.client(), read, true).path("changes")) {
      if (!change.path("effect").asText().equals("unchanged")) {
        ApplyCommand.print(terminal, change, true);
      }
    }
    return 0;
  }
}
