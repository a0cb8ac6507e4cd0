package dev.sallyport.gateway.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A folder for the data and the logs of a trial, which goes with it. */
public record TrialFolder(Path path) implements AutoCloseable {
  /** A new one. */
  public static TrialFolder create() throws IOException {
    return new TrialFolder(Files.createTempDirectory("sallyport-trial"));
  }

  @Override
  public void close() throws IOException {
    try (var all = Files.walk(path)) {
      for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
