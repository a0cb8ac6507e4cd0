package dev.sallyport.gateway;

import dev.sallyport.gateway.bench.Training;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * One short run of {@code up} under load, for a JVM that keeps what it learns from it: which
 * classes are needed, and which methods are worth compiling. Later runs then start faster, and are
 * fast sooner.
 */
public final class TrainingMain {
  private TrainingMain() {}

  /**
   * Runs it, and ends the process.
   *
   * @param arguments a folder for its data
   */
  public static void main(String[] arguments) throws IOException {
    var data = Path.of(arguments[0]);
    var told = new PipedInputStream();
    System.setOut(new PrintStream(new PipedOutputStream(told), true, StandardCharsets.UTF_8));
    String[] up = {
      "up",
      "--data",
      data.toString(),
      "--port",
      "0",
      "--admin-port",
      "0",
      "--audience",
      Training.AUDIENCE
    };
    Thread.ofPlatform().daemon().name("gateway").start(() -> Main.main(up));
    int code = 0;
    try {
      Training.run(readyLine(told), data);
    } catch (IOException e) {
      e.printStackTrace();
      code = 1;
    }
    System.exit(code); // ends the gateway too, and lets the JVM write what it learnt
  }

  private static String readyLine(PipedInputStream told) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(told, StandardCharsets.UTF_8));
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("ready")) {
        return line;
      }
    }
    throw new IOException("the gateway ended before it was ready");
  }
}
