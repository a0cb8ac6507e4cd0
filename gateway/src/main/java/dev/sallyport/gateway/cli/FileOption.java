package dev.sallyport.gateway.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The option of commands that take resources from files. For one thread. */
final class FileOption {
  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE|DIR",
      description = "A file, a folder of .yaml and .json files, or - for standard input.")
  private List<Path> files = List.of();

  /**
   * What the files hold.
   *
   * @throws CommandFailure with every mistake, each with its file and line
   */
  ResourceFiles read() {
    return ResourceFiles.read(files);
  }
}
