package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.config.Environment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport explain}. For one thread. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "With --as: says what the policies say of a call, by which rule, and what would have to"
          + " change. Nothing is called, and no limit is used up.",
      "With the id of a call: shows what an agent saw of a result, and why. It does not show what"
          + " was held.",
      "Of a model call it shows who was asked, in order, and why not the others."
    },
    footer = {
      "",
      "A result is named by the call that gave it: _meta says it in the answer, the evidence too.",
      "",
      "Example:",
      "  sallyport explain --as spiffe://example.org/agent/ci --tool crm/query --args"
          + " '{\"limit\": 5}'",
      "  sallyport explain --as spiffe://example.org/agent/ci --model assistant -f new.yaml",
      "  sallyport explain 01a1fe84-5f3e-7d1a-9c40-6a0f3c7be210"
    })
public final class ExplainCommand implements Callable<Integer> {
  private static final Pattern ID = Pattern.compile("[0-9a-f-]{36}");
  private static final int NOT_FOUND = 404;

  private final Terminal terminal;

  @Mixin private final AdminOptions admin;

  @Mixin private final Inquest inquest = new Inquest();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE|DIR",
      description = "Decide as if these files were in force, too.")
  private List<Path> files = List.of();

  @Parameters(arity = "0..1", paramLabel = "CALL", description = "The id of a call.")
  private @Nullable String result;

  public ExplainCommand(Terminal terminal, Environment environment) {
    this.terminal = terminal;
    this.admin = new AdminOptions(environment);
  }

  @Override
  public Integer call() {
    if (inquest.isAsked() == (result != null)) {
      throw new CommandFailure("Ask of a call that would be made, with --as, or name a call.");
    }
    if (result == null) {
      decide();
    } else {
      tell(result);
    }
    return 0;
  }

  private void decide() {
    var read =
        files.isEmpty() ? Optional.<ResourceFiles>empty() : Optional.of(ResourceFiles.read(files));
    var question = inquest.question(read);
    var client = admin.client();
    var told =
        read.isPresent()
            ? read.get().asked(client, "/admin/explain", question)
            : client.post("/admin/explain", question).orFail();
    new DecisionTale(terminal, new RuleText(read)).tell(told);
  }

  private void tell(String id) {
    if (!ID.matcher(id).matches()) {
      throw new CommandFailure(
          ToolText.visible(id)
              + " is no id of a call. Write a whole one, as evidence has it under call_id:"
              + " sallyport audit show");
    }
    var client = admin.client();
    var records = client.get("/admin/evidence?call=" + id).orFail().path("items");
    if (RouteTale.isOfModel(records)) {
      RouteTale.tell(records, terminal.out());
      return;
    }
    var view = client.get("/admin/calls/" + id + "/view");
    if (view.status() == NOT_FOUND) {
      throw new CommandFailure(withoutResult(id, records));
    }
    new ViewTale(terminal).tell(view.orFail());
  }

  /** Why there is no result to be shown. */
  private static String withoutResult(String id, JsonNode records) {
    if (records.isEmpty()) {
      return "The evidence holds no call " + id + ".";
    }
    var ended =
        records
            .valueStream()
            .filter(record -> record.path("type").asText().equals("outcome"))
            .map(record ->
                " It ended %s %s."
                    .formatted(record.path("outcome").asText(), record.path("code").asText())
                    .replace(" .", "."))
            .collect(Collectors.joining());
    return "No result is kept of that call."
        + ended
        + " Its records: sallyport audit show --call "
        + id;
  }
}
