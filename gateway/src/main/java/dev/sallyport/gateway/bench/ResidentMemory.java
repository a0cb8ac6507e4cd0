package dev.sallyport.gateway.bench;

import dev.sallyport.gateway.trial.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What processes take of the machine's memory. */
final class ResidentMemory {
  private ResidentMemory() {}

  /**
   * The memory that a process really has.
   *
   * @throws IOException where the system does not say, as only Linux does
   */
  static long of(Child process) throws IOException {
    var status = Path.of("/proc/" + process.pid() + "/status");
    for (var line : Files.readAllLines(status)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024;
      }
    }
    throw new IOException("the memory of a process stands in no line of " + status);
  }
}
