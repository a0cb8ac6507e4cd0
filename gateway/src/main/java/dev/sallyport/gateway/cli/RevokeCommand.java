package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.config.Environment;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport revoke}. For one thread. */
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    description = "Keeps a principal out, and cuts all that it has under way.",
    footer = {
      "",
      "Example:",
      "  sallyport revoke spiffe://prod/agent/ci --reason \"key on a lost laptop\"",
      "  sallyport revoke spiffe://prod/agent/ci --undo",
      "",
      "It holds for a workload and for a user, also for agents that act on its behalf, whatever",
      "they show. Revocations are resources: sallyport get revocations."
    })
public final class RevokeCommand implements Callable<Integer> {
  private static final String REVOCATIONS = "/admin/revocations";

  private final Terminal terminal;

  @Mixin private final AdminOptions admin;

  @SuppressWarnings("FieldCanBeFinal") // set by picocli
  @Parameters(
      index = "0",
      paramLabel = "PRINCIPAL",
      description = "Its id, as evidence has it: spiffe://DOMAIN/PATH or oidc://ISSUER/SUBJECT.")
  private String principal = "";

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "When it is let in again, such as 2027-01-01T00:00:00Z; never unless given.")
  private @Nullable String until;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who ask later.")
  private @Nullable String reason;

  @Option(names = "--undo", description = "Lets it in again: removes every revocation of it.")
  private boolean undo;

  public RevokeCommand(Terminal terminal, Environment environment) {
    this.terminal = terminal;
    this.admin = new AdminOptions(environment);
  }

  @Override
  public Integer call() {
    var client = admin.client();
    if (undo) {
      return undo(client);
    }
    var spec = JsonNodeFactory.instance.objectNode().put("principal", principal);
    if (until != null) {
      spec.put("until", until);
    }
    if (reason != null) {
      spec.put("reason", reason);
    }
    var document = JsonNodeFactory.instance.objectNode();
    document.set("spec", spec);
    print(client.put(REVOCATIONS + "/" + name(principal), document).orFail());
    return 0;
  }

  private int undo(AdminClient client) {
    var items = client.get(REVOCATIONS).orFail().path("items");
    var own =
        StreamSupport.stream(items.spliterator(), false)
            .filter(item -> item.at("/spec/principal").asText().equals(principal))
            .map(item -> item.at("/metadata/name").asText())
            .toList();
    if (own.isEmpty()) {
      throw new CommandFailure("No revocation names " + principal + ".");
    }
    own.forEach(name -> print(client.delete(REVOCATIONS + "/" + name).orFail()));
    return 0;
  }

  private void print(JsonNode applied) {
    applied.path("changes").forEach(change -> ApplyCommand.print(terminal, change, false));
  }

  /** The same for the same principal, so that it is revoked once however often that is said. */
  static String name(String principal) {
    var last = principal.substring(principal.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    var readable = last.replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    var digest = UUID.nameUUIDFromBytes(principal.getBytes(StandardCharsets.UTF_8)).toString();
    var shown = readable.substring(0, Math.min(readable.length(), 20));
    return (shown.isEmpty() ? "p" : shown) + "-" + digest.replace("-", "");
  }
}
