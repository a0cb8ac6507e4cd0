package dev.sallyport.gateway.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Where a command also writes its report, if a file is named. */
public record ReportFile(Optional<Path> file) {
  /**
   * Makes sure, before the work, that it can be written. What is in it stays.
   *
   * @throws CommandFailure if it cannot
   */
  public void prepare() {
    write("", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /**
   * Writes the report in the place of what was there.
   *
   * @throws CommandFailure if it cannot be written
   */
  public void write(String report) {
    write(report, new OpenOption[0]);
  }

  private void write(String text, OpenOption... options) {
    if (file.isEmpty()) {
      return;
    }
    try {
      Files.writeString(file.get(), text, options);
    } catch (IOException e) {
      throw new CommandFailure(
          "The report cannot be written to " + file.get() + "; name another file with --json.", e);
    }
  }
}
