package dev.sallyport.gateway.demo;

import dev.sallyport.gateway.cli.CommandFailure;
import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.demo.DemoStage.Ports;
import dev.sallyport.gateway.log.Logging;
import dev.sallyport.gateway.server.StartException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sallyport demo}. For one thread. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Runs one agent turn through the gateway on real parts, tells what happens, and stays up"
            + " until Ctrl-C. Nothing has to be configured; a real model is used if OPENAI_API_KEY,"
            + " ANTHROPIC_API_KEY or OPENROUTER_API_KEY is set, and answers.",
    footer = {"", "Example:", "  sallyport demo", "  sallyport demo --once"})
public final class DemoCommand implements Callable<Integer> {
  private static final int DATA_PORT = 8080;
  private static final int ADMIN_PORT = 8081;

  private final PrintStream out;
  private final boolean colour;
  private final Environment environment;

  @Option(names = "--once", description = "End when the story is told.")
  private boolean once;

  /**
   * @param colour whether the terminal shows colours
   */
  public DemoCommand(PrintStream out, boolean colour, Environment environment) {
    this.out = out;
    this.colour = colour;
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Logging.begin(Level.SEVERE);
    var terminal = new Terminal(out, colour);
    try (var end = DemoEnd.of(terminal)) {
      return run(terminal, end);
    }
  }

  private int run(Terminal terminal, DemoEnd end) {
    terminal.title("Sallyport: one agent turn through the gateway, on real parts");
    try (var stage = DemoStage.open(environment, InstantSource.system(), ports())) {
      var failures = new DemoStory(terminal, stage).tell();
      failures.forEach(failure -> terminal.bad("FAILED", failure));
      if (once) {
        terminal.step(
            "Connect your own (run it without --once: it then stays up, and shows a key)");
        tellHowToConnect(terminal, stage, "<the key>");
      } else {
        stay(terminal, stage);
      }
      terminal.line("");
      return failures.isEmpty() ? 0 : 1;
    } catch (InterruptedException _) {
      return 1;
    } catch (IOException | StartException | RuntimeException e) {
      if (end.isAsked()) {
        return 1;
      }
      throw e instanceof RuntimeException fault
          ? fault
          : new CommandFailure("The demo cannot run: " + e.getMessage(), e);
    }
  }

  private static void stay(Terminal terminal, DemoStage stage) throws InterruptedException {
    terminal.step("Connect your own (this stays up until Ctrl-C)");
    tellHowToConnect(terminal, stage, stage.key());
    terminal.copyable("console", stage.adminUri() + "   token in " + stage.adminTokenFile());
    new CountDownLatch(1).await(); // until it is interrupted
  }

  private static void tellHowToConnect(Terminal terminal, DemoStage stage, String key) {
    terminal.copyable("MCP client", stage.gatewayUri() + "/mcp");
    terminal.copyable("", "header  Authorization: Bearer " + key);
    terminal.copyable("OpenAI SDK", "OPENAI_BASE_URL=" + stage.gatewayUri() + "/v1");
    terminal.copyable("", "OPENAI_API_KEY=" + key + "   model " + DemoResources.MODEL_ALIAS);
  }

  /** The usual ports where they are free, any others where they are not. */
  private static Ports ports() {
    return isFree(DATA_PORT) && isFree(ADMIN_PORT)
        ? new Ports(DATA_PORT, ADMIN_PORT)
        : new Ports(0, 0);
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException _) {
      return false;
    }
  }
}
