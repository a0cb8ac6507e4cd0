package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.config.Environment;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport key}. For one thread. */
@Command(
    name = "key",
    mixinStandardHelpOptions = true,
    description = "Makes a key for a caller that has neither SPIFFE nor an issuer; shows it once.",
    footer = {
      "",
      "Example:",
      "  sallyport key --org acme --team platform --expires-at 2027-01-01T00:00:00Z",
      "",
      "Keys are VirtualKey resources: sallyport get virtualkeys, sallyport delete virtualkey NAME."
    })
public final class KeyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final AdminOptions admin;

  @Option(names = "--org", required = true, paramLabel = "ID", description = "Whose key it is.")
  private String org = "";

  @Option(names = "--team", required = true, paramLabel = "ID", description = "Whose key it is.")
  private String team = "";

  @Option(
      names = "--expires-at",
      required = true,
      paramLabel = "TIME",
      description = "When it ends, such as 2027-01-01T00:00:00Z.")
  private String expiresAt = "";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The name of the key and its policy.")
  private @Nullable String name;

  @Option(
      names = "--models",
      split = ",",
      paramLabel = "ALIAS",
      description = "The models that it may use; all unless given.")
  private List<String> models = List.of();

  public KeyCommand(Terminal terminal, Environment environment) {
    this.terminal = terminal;
    this.admin = new AdminOptions(environment);
  }

  @Override
  public Integer call() {
    var form =
        JsonNodeFactory.instance
            .objectNode()
            .put("orgId", org)
            .put("teamId", team)
            .put("expiresAt", expiresAt);
    if (name != null) {
      form.put("name", name);
    }
    if (!models.isEmpty()) {
      var list = form.putArray("models");
      models.forEach(list::add);
    }
    var made = admin.client().post("/admin/keys", form).orFail();
    terminal.err().println("The key of " + made.path("principal").asText() + ", shown once:");
    terminal.out().println(made.path("key").asText());
    return 0;
  }
}
