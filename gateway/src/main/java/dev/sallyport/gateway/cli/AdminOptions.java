package dev.sallyport.gateway.cli;

import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.server.DataDirectory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options of every command that asks a running gateway. For one thread. */
final class AdminOptions {
  private final Environment environment;

  @Option(
      names = "--admin-url",
      scope = ScopeType.INHERIT,
      paramLabel = "URL",
      description = "The gateway's control plane. By default that of the data directory.")
  private @Nullable URI adminUrl;

  @Option(
      names = {"--admin-token-file", "--token-file"},
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description =
          "The file with the admin token, or, to decide held calls, with a token of your own. By"
              + " default that of the data directory.")
  private @Nullable Path adminTokenFile;

  @Option(
      names = "--data",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "The data directory of a gateway on this machine.")
  private @Nullable Path data;

  AdminOptions(Environment environment) {
    this.environment = environment;
  }

  /** The data directory: the one named, or the one that gateways have by default. */
  Path data() {
    return named(data, "SALLYPORT_DATA").orElseGet(environment::standardData);
  }

  AdminClient client() {
    return new AdminClient(address(), token());
  }

  private URI address() {
    if (adminUrl != null) {
      return adminUrl;
    }
    var set = environment.find("SALLYPORT_ADMIN_URL");
    if (set.isPresent()) {
      return URI.create(set.get());
    }
    try {
      return GatewayAddress.of(data()).admin();
    } catch (IOException e) {
      throw new CommandFailure(
          "No gateway runs on the data directory "
              + data()
              + ". Start it with: sallyport up, or name another with --data or --admin-url.",
          e);
    }
  }

  private String token() {
    var file =
        named(adminTokenFile, "SALLYPORT_ADMIN_TOKEN_FILE")
            .orElseGet(() -> DataDirectory.adminToken(data()));
    try {
      return GatewayAddress.token(file);
    } catch (IOException e) {
      throw new CommandFailure(
          "The token cannot be read from " + file + "; name its file with --token-file.", e);
    }
  }

  private Optional<Path> named(@Nullable Path option, String variable) {
    return option == null ? environment.find(variable).map(Path::of) : Optional.of(option);
  }
}
