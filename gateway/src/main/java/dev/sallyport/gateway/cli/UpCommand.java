package dev.sallyport.gateway.cli;

import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.config.ConfigLoader;
import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.config.InvalidConfigException;
import dev.sallyport.gateway.log.Logging;
import dev.sallyport.gateway.server.Gateway;
import dev.sallyport.gateway.server.StartException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A YAML file with keys and values; by default that of SALLYPORT_CONFIG.")
  private @Nullable Path file;

  @Option(names = "--debug", description = "Log everything, and the stack traces of faults.")
  private boolean debug;

  public UpCommand(Terminal terminal, Environment environment, String version) {
    this.terminal = terminal;
    this.environment = environment;
    this.version = version;
  }

  /** Adds an option for each key. */
  @Spec
  void addOptions(CommandSpec commandSpec) {
    spec = commandSpec;
    for (var key : ConfigKey.values()) {
      commandSpec.addOption(
          OptionSpec.builder(key.flag())
              .type(String.class)
              .paramLabel("VALUE")
              .description(
                  (key.meaning() + " (" + key.key() + ", by default " + key.standard() + ")")
                      .replace("%", "%%")
                      .replace("$", "$$"))
              .build());
    }
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
    var named =
        file == null ? environment.find("SALLYPORT_CONFIG").map(Path::of) : Optional.of(file);
    try {
      return ConfigLoader.load(named, environment, flags());
    } catch (InvalidConfigException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private Map<ConfigKey, String> flags() {
    var flags = new EnumMap<ConfigKey, String>(ConfigKey.class);
    if (spec != null) {
      for (var key : ConfigKey.values()) {
        String value = spec.findOption(key.flag()).getValue();
        if (value != null) {
          flags.put(key, value);
        }
      }
    }
    return flags;
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
