package dev.sallyport.gateway.bench;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An upstream in a process of its own, so that what it costs can be told apart. Prints its port,
 * and ends when its standard input does.
 */
public final class UpstreamMain {
  private UpstreamMain() {}

  /**
   * Runs it.
   *
   * @param arguments the benchmark to answer for
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments[0].equals(StreamBench.NAME)) {
      try (var upstream = StreamUpstream.open()) {
        serve(upstream.port());
      }
    } else {
      try (var upstream = Upstream.of(Answers.of(arguments[0]))) {
        serve(upstream.port());
      }
    }
  }

  private static void serve(int port) throws IOException {
    System.out.println(port);
    System.in.transferTo(OutputStream.nullOutputStream());
  }
}
