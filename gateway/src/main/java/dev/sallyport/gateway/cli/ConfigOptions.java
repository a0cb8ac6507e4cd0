package dev.sallyport.gateway.cli;

import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.config.ConfigLoader;
import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.config.InvalidConfigException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options of a command that reads a gateway's configuration: one for each key, and one for the
 * file. For one thread.
 */
final class ConfigOptions {
  private static final String FILE = "--config";

  private final CommandSpec spec;
  private final Environment environment;

  private ConfigOptions(CommandSpec spec, Environment environment) {
    this.spec = spec;
    this.environment = environment;
  }

  /** Adds them to a command. */
  static ConfigOptions addTo(CommandSpec spec, Environment environment) {
    spec.addOption(
        OptionSpec.builder(FILE)
            .type(Path.class)
            .paramLabel("FILE")
            .description("A YAML file with keys and values; by default that of SALLYPORT_CONFIG.")
            .build());
    for (var key : ConfigKey.values()) {
      spec.addOption(
          OptionSpec.builder(key.flag())
              .type(String.class)
              .paramLabel("VALUE")
              .description(
                  (key.meaning() + " (" + key.key() + ", by default " + key.standard() + ")")
                      .replace("%", "%%")
                      .replace("$", "$$"))
              .build());
    }
    return new ConfigOptions(spec, environment);
  }

  /** The file, if one is named. */
  Optional<Path> file() {
    Path named = spec.findOption(FILE).getValue();
    return named == null ? environment.find("SALLYPORT_CONFIG").map(Path::of) : Optional.of(named);
  }

  /**
   * The configuration of defaults, the file, the environment and the options.
   *
   * @throws InvalidConfigException with every mistake there is
   */
  GatewayConfig load() throws InvalidConfigException {
    return ConfigLoader.load(file(), environment, flags());
  }

  private Map<ConfigKey, String> flags() {
    var flags = new EnumMap<ConfigKey, String>(ConfigKey.class);
    for (var key : ConfigKey.values()) {
      String value = spec.findOption(key.flag()).getValue();
      if (value != null) {
        flags.put(key, value);
      }
    }
    return flags;
  }
}
