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
    try (var upstream = new Upstream(Answers.of(arguments[0]))) {
      System.out.println(upstream.port());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
