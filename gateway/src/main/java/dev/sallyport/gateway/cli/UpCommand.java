package dev.sallyport.gateway.cli;

import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.config.InvalidConfigException;
import dev.sallyport.gateway.log.Logging;
import dev.sallyport.gateway.server.Gateway;
import dev.sallyport.gateway.server.StartException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sallyport up}. Every key of the configuration is also an option. For one thread. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description =
        "Runs the gateway. When it is ready it prints one line with its addresses; SIGTERM lets the"
            + " requests under way end, and it exits with 0.",
    footer = {
      "",
      "Example:",
      "  sallyport up",
      "  sallyport up --config sallyport.yaml --port 9080 --admin-port 9081"
    })
public final class UpCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Environment environment;
  private final String version;

  private @Nullable ConfigOptions options;

  @Option(names = "--debug", description = "Log everything, and the stack traces of faults.")
  private boolean debug;

  public UpCommand(Terminal terminal, Environment environment, String version) {
    this.terminal = terminal;
    this.environment = environment;
    this.version = version;
  }

  /** Adds an option for each key, and one for the file. */
  @Spec
  void addOptions(CommandSpec commandSpec) {
    options = ConfigOptions.addTo(commandSpec, environment);
  }

  @Override
  public Integer call() throws InterruptedException {
    var config = config();
    Logging.begin(debug ? Level.FINE : level(config));
    var gateway = start(config);
    var ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(gateway), "stop"));
    terminal.out().println("ready " + gateway.data() + " admin " + gateway.admin());
    terminal.out().flush();
    ended.await();
    return 0;
  }

  /** Ends the process with 0: being told to stop is no fault. */
  private static void end(Gateway gateway) {
    gateway.close();
    System.err.flush();
    Runtime.getRuntime().halt(0);
  }

  private Gateway start(GatewayConfig config) {
    try {
      return Gateway.start(config, environment, InstantSource.system(), version);
    } catch (StartException e) {
      if (debug) {
        e.printStackTrace(terminal.err());
      }
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private GatewayConfig config() {
    if (options == null) {
      throw new IllegalStateException("not run as a command");
    }
    try {
      return options.load();
    } catch (InvalidConfigException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private static Level level(GatewayConfig config) {
    return switch (config.logLevel()) {
      case ERROR -> Level.SEVERE;
      case WARNING -> Level.WARNING;
      case INFO -> Level.INFO;
      case DEBUG -> Level.FINE;
    };
  }
}
