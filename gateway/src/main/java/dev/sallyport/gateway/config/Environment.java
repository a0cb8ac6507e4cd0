package dev.sallyport.gateway.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The process's environment variables, for all that need one.
 *
 * @param variables by name; their values may be secrets
 */
public record Environment(Map<String, String> variables) {
  public Environment {
    variables = Map.copyOf(variables);
  }

  /** The environment of this process. */
  public static Environment ofProcess() {
    return new Environment(System.getenv());
  }

  /** The value of a variable, if it is set to something. */
  public Optional<String> find(String variable) {
    return Optional.ofNullable(variables.get(variable)).filter(value -> !value.isBlank());
  }

  /** Where a user's gateway keeps its data unless it is told otherwise. */
  public Path standardData() {
    return find("XDG_DATA_HOME")
        .map(Path::of)
        .filter(Path::isAbsolute)
        .orElseGet(() ->
            Path.of(find("HOME").orElseGet(() -> System.getProperty("user.home", "/")))
                .resolve(".local/share"))
        .resolve("sallyport");
  }

  @Override
  public String toString() {
    return "Environment" + variables.keySet();
  }
}
