package dev.sallyport.mcp.testing;

import static dev.sallyport.mcp.testing.Fault.LEAK;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The program of a {@link FaultyProcess}, in a process of its own. It knows nothing but the JDK, so
 * that it starts at once.
 */
public final class FaultyProgram {
  /** What it says to its control when what goes wrong has begun. */
  static final String BEGUN = "begun";

  private static final int DRIP_MILLIS = 10;
  private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");
  private static final Pattern METHOD = Pattern.compile("\"method\":\"([^\"]+)\"");
  private static final Pattern FAULT = Pattern.compile("\"fault\":\"([A-Z0-9_]+)\"");
  private static final CountDownLatch MENDED = new CountDownLatch(1);
  private static final String TOOLS =
      "{\"tools\":[{\"name\":\"faulty\",\"inputSchema\":{\"type\":\"object\"}},"
          + "{\"name\":\"steady\",\"inputSchema\":{\"type\":\"object\"}}]}";
  private static final String BEGINNING =
      "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
          + "\"serverInfo\":{\"name\":\"faulty\",\"version\":\"1\"}}";

  private FaultyProgram() {}

  /**
   * Serves until the input ends.
   *
   * @param arguments the port of its control, which first says how it is to start
   */
  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(arguments[0]);
    try (var control = new Socket(InetAddress.getLoopbackAddress(), port);
        var orders = new BufferedReader(new InputStreamReader(control.getInputStream(), UTF_8))) {
      var start = orders.readLine();
      if (start.equals(Fault.EXITS_AT_ITS_START.name())) {
        Runtime.getRuntime().halt(3);
      } else if (start.equals(Fault.WRITES_GARBAGE_AT_ITS_START.name())) {
        print("starting " + LEAK + "\n\n[info] " + LEAK + "\n");
      }
      Thread.ofPlatform().daemon().start(() -> obey(orders));
      serve(control.getOutputStream());
      Runtime.getRuntime().halt(0);
    }
  }

  private static void obey(BufferedReader orders) {
    try {
      for (var order = orders.readLine(); order != null; order = orders.readLine()) {
        if (order.equals(FaultyProcess.MEND)) {
          MENDED.countDown();
        } else {
          break;
        }
      }
    } catch (IOException _) {
      // The test has ended.
    }
    Runtime.getRuntime().halt(3);
  }

  private static void serve(OutputStream control) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      var id = found(ID, line);
      switch (found(METHOD, line)) {
        case "initialize" -> result(id, BEGINNING);
        case "tools/list" -> result(id, TOOLS);
        case "tools/call" -> {
          if (line.contains("\"name\":\"steady\"")) {
            result(id, text("steady"));
          } else {
            control.write((BEGUN + "\n").getBytes(UTF_8));
            control.flush();
            goWrong(Fault.valueOf(found(FAULT, line)), id);
          }
        }
        default -> {
          if (!id.isEmpty()) {
            line(id, "\"error\":{\"code\":-32601,\"message\":\"no such method\"}");
          }
        }
      }
    }
  }

  private static String found(Pattern pattern, String line) {
    var found = pattern.matcher(line);
    return found.find() ? found.group(1) : "";
  }

  private static String text(String text) {
    return "{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}";
  }

  private static String answer(String id, String text) {
    return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + text(text) + "}\n";
  }

  private static void result(String id, String result) {
    line(id, "\"result\":" + result);
  }

  private static void line(String id, String rest) {
    print("{\"jsonrpc\":\"2.0\",\"id\":" + id + "," + rest + "}\n");
  }

  private static void print(String text) {
    print(System.out, text);
  }

  private static void print(PrintStream out, String text) {
    out.print(text);
    out.flush();
  }

  private static void goWrong(Fault fault, String id) throws IOException {
    var right = answer(id, "first");
    var wrong = answer(id, LEAK);
    switch (fault) {
      case KILLED_IN_MID_CALL -> Runtime.getRuntime().halt(3);
      case KILLED_BEFORE_THE_CALL, WRITES_GARBAGE_AT_ITS_START -> print(right);
      case HANGS -> {}
      case FLOODS_ITS_LOG -> {
        print(right);
        meanwhile(() -> flood(System.err, LEAK + "\n"));
      }
      case ANSWERS_NO_JSON -> print("{" + wrong);
      case ANSWERS_ANOTHER_ID -> print(answer("424242", LEAK));
      case ANSWERS_TWICE -> print(right + wrong);
      case ANSWERS_AGAIN_LATER -> {
        print(right);
        onceMended(wrong);
      }
      case ANSWERS_TOO_LATE -> onceMended(wrong);
      case ANSWERS_TOO_MUCH ->
          print(wrong.replace(LEAK, LEAK.repeat(2 * FaultyServer.MOST_BYTES / LEAK.length())));
      case CLOSES_ITS_OUTPUT -> System.out.close();
      case CLOSES_ITS_INPUT -> {
        System.in.close();
        isMendedWithin(TimeUnit.MINUTES.toMillis(1));
      }
      default -> sendWrong(fault, wrong);
    }
  }

  private static void sendWrong(Fault fault, String wrong) {
    int half = wrong.indexOf(LEAK) + LEAK.length();
    switch (fault) {
      case DRIPS_ITS_ANSWER -> meanwhile(() -> drip(wrong.replace(LEAK, LEAK.repeat(100))));
      case STOPS_IN_THE_ANSWER -> {
        print(wrong.substring(0, half));
        onceMended(wrong.substring(half));
      }
      case CLOSES_ITS_OUTPUT_IN_THE_ANSWER -> {
        print(wrong.substring(0, half));
        System.out.close();
      }
      case FLOODS_WITH_MESSAGES ->
          flood(
              System.out,
              "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":"
                  + "{\"level\":\"info\",\"data\":\""
                  + LEAK
                  + "\"}}\n");
      case FLOODS_WITH_BYTES -> flood(System.out, LEAK);
      case FLOODS_WITH_NOTHING -> flood(System.out, "\n");
      default -> throw new IllegalArgumentException("not in a call over stdio: " + fault);
    }
  }

  private static void meanwhile(Runnable work) {
    Thread.ofPlatform().daemon().start(work);
  }

  /** Until nobody reads any more, or it is mended. */
  private static void flood(PrintStream out, String part) {
    var parts = part.repeat(100);
    while (MENDED.getCount() > 0 && !out.checkError()) {
      out.print(parts);
    }
  }

  /** Byte by byte, and all the rest once it is mended. */
  private static void drip(String text) {
    int sent = 0;
    while (sent < text.length() && !isMendedWithin(DRIP_MILLIS)) {
      print(text.substring(sent, sent + 1));
      sent++;
    }
    print(text.substring(sent));
  }

  private static void onceMended(String text) {
    meanwhile(() -> {
      isMendedWithin(TimeUnit.MINUTES.toMillis(1));
      print(text);
    });
  }

  private static boolean isMendedWithin(long millis) {
    try {
      return MENDED.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
