package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.document.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport approve}. For one thread. */
@Command(
    name = "approve",
    mixinStandardHelpOptions = true,
    description =
        "Lets agents see tools, prompts and resources that wait for a person, or lists them.",
    footer = {
      "",
      "Example:",
      "  sallyport approve                     what waits",
      "  sallyport approve crm                 all that waits of one server",
      "  sallyport approve crm query_accounts",
      "  sallyport approve crm query_accounts@3f2a91c07d5e   only as it was when it was listed",
      "  sallyport approve crm prompt:summary server:crm     other items than tools",
      "  sallyport approve crm drop_table --reject",
      "  sallyport approve --calls             calls that a policy holds",
      "  sallyport approve --calls 01a1fe84-5f3e-7d1a-9c40-6a0f3c7be210",
      "  sallyport approve --calls --token-file my-token   as an approver, by a token of your own"
    })
public final class ApproveCommand implements Callable<Integer> {
  private static final String NOTHING = "Nothing waits.";
  private static final int SHORT_DIGEST = 12;
  private static final Pattern DIGEST = Pattern.compile("@[0-9a-f]{6,64}$");

  private final Terminal terminal;

  @Mixin private final AdminOptions admin;

  @Parameters(index = "0", arity = "0..1", paramLabel = "SERVER", description = "The server.")
  private @Nullable String server;

  @SuppressWarnings("FieldCanBeFinal") // set by picocli
  @Parameters(index = "1..*", paramLabel = "TOOL", description = "Tools; all that wait by default.")
  private List<String> tools = List.of();

  @Option(names = "--list", description = "Only list what waits.")
  private boolean list;

  @Option(names = "--reject", description = "Reject instead; tools must be named.")
  private boolean reject;

  @Option(
      names = "--calls",
      description = "Single calls that a policy holds instead, by the ids that this lists.")
  private boolean calls;

  public ApproveCommand(Terminal terminal, Environment environment) {
    this.terminal = terminal;
    this.admin = new AdminOptions(environment);
  }

  @Override
  public Integer call() {
    if (calls) {
      var approval = new CallApproval(terminal, admin.client());
      if (server == null || list) {
        approval.list();
      } else {
        approval.decide(Stream.concat(Stream.of(server), tools.stream()).toList(), reject);
      }
      return 0;
    }
    if (server == null || list) {
      return list(admin.client());
    }
    if (reject && tools.isEmpty()) {
      throw new CommandFailure("Name the tools to reject.");
    }
    var body = JsonNodeFactory.instance.objectNode();
    var named = body.putArray("tools");
    if (reject) {
      tools.forEach(named::add);
    } else if (!read(named)) {
      terminal.out().println(NOTHING);
      return 0;
    }
    var verb = reject ? "reject" : "approve";
    var decided = admin.client().post("/admin/tools/" + server + "/" + verb, body).orFail();
    if (decided.path("tools").isEmpty()) {
      terminal.out().println(NOTHING);
    }
    for (var tool : decided.path("tools")) {
      terminal
          .out()
          .println(
              terminal.good(reject ? "rejected" : "approved") + " " + server + "/" + tool.asText());
    }
    return 0;
  }

  /** Shows the definitions that are meant and notes their digests; whether there are any. */
  private boolean read(ArrayNode named) {
    var client = admin.client();
    var meantServer = requireServer(client);
    var wanted = wanted();
    var query = tools.isEmpty() ? "?status=pending" : "";
    for (var item : client.get("/admin/tools" + query).orFail().path("items")) {
      var name = item.path("tool").asText();
      var meant = tools.isEmpty() || wanted.containsKey(name);
      if (meant
          && item.path("server").asText().equals(server)
          && item.path("present").asBoolean()) {
        var digest = item.path("digest").asText();
        if (!digest.startsWith(wanted.getOrDefault(name, ""))) {
          throw new CommandFailure(
              "The definition of " + name + " is another now than the one of that digest.");
        }
        wanted.remove(name);
        show(item);
        named.addObject().put("tool", name).put("digest", digest);
      }
    }
    if (named.isEmpty() || !wanted.isEmpty()) {
      requireReady(meantServer);
    }
    if (tools.isEmpty()) {
      listGone(client);
    }
    requireFound(wanted);
    return !named.isEmpty();
  }

  /** The tools that are named, each with the digest that it is to have, or with none. */
  private SortedMap<String, String> wanted() {
    var wanted = new TreeMap<String, String>();
    for (var tool : tools) {
      int at = DIGEST.matcher(tool).find() ? tool.lastIndexOf('@') : -1;
      wanted.put(at < 0 ? tool : tool.substring(0, at), at < 0 ? "" : tool.substring(at + 1));
    }
    return wanted;
  }

  private void requireFound(SortedMap<String, String> wanted) {
    if (!wanted.isEmpty()) {
      throw new CommandFailure(server + " has no item of the name " + wanted.firstKey() + ".");
    }
  }

  private JsonNode requireServer(AdminClient client) {
    var names = new ArrayList<String>();
    for (var one : client.get("/admin/servers").orFail().path("items")) {
      if (one.path("name").asText().equals(server)) {
        return one;
      }
      names.add(one.path("name").asText());
    }
    throw new CommandFailure(
        "There is no McpServer " + server + Nearest.hint(String.valueOf(server), names));
  }

  /** What a server has is not known that has not answered: there is nothing to decide. */
  private static void requireReady(JsonNode one) {
    if (!ServerText.isReady(one)) {
      var state = one.path("state").asText();
      throw new CommandFailure(
          "The server is " + state + ", so what it has is not known: " + ServerText.trouble(one));
    }
  }

  /** Lists what waits, of all servers or of what is named. */
  private int list(AdminClient client) {
    var meant = new ArrayList<JsonNode>();
    var named = wanted();
    var wanted = wanted();
    for (var item : client.get("/admin/tools?status=pending").orFail().path("items")) {
      var name = item.path("tool").asText();
      if ((server == null || item.path("server").asText().equals(server))
          && (named.isEmpty() || named.containsKey(name))) {
        meant.add(item);
        wanted.remove(name);
      }
    }
    if (server != null) {
      var one = requireServer(client);
      if (meant.isEmpty()) {
        requireReady(one);
      }
      requireWaiting(wanted);
    }
    if (meant.isEmpty()) {
      terminal.out().println(NOTHING);
    }
    meant.forEach(this::show);
    if (tools.isEmpty()) {
      listGone(client);
      listHidden(client.get("/admin/servers").orFail().path("items"));
    }
    return 0;
  }

  private void requireWaiting(SortedMap<String, String> wanted) {
    if (!wanted.isEmpty()) {
      throw new CommandFailure(
          "Nothing waits of " + server + " by the name " + wanted.firstKey() + ".");
    }
  }

  private void show(JsonNode item) {
    var name = item.path("server").asText() + "/" + item.path("tool").asText();
    var digest = item.path("digest").asText();
    terminal
        .out()
        .println(
            terminal.notable(item.path("status").asText())
                + "  "
                + name
                + "@"
                + digest.substring(0, Math.min(SHORT_DIGEST, digest.length())));
    ToolText.lines(item.path("definition")).forEach(line -> terminal.out().println("    " + line));
    showDrift(item);
    for (var flag : item.path("flags")) {
      terminal.out().println("  ! " + ToolText.visible(flag.asText()));
    }
  }

  private void showDrift(JsonNode item) {
    var heading = DriftText.heading(item);
    if (!heading.isEmpty()) {
      terminal.out().println("  " + terminal.notable(heading));
      DriftText.lines(item).forEach(line -> terminal.out().println("    " + line));
    }
  }

  /** What was approved and is no longer there: what is new may be that in another name. */
  private void listGone(AdminClient client) {
    for (var item : client.get("/admin/tools?status=gone").orFail().path("items")) {
      var name = item.path("server").asText();
      if (server == null || name.equals(server)) {
        terminal
            .out()
            .println(
                terminal.notable("gone")
                    + "  "
                    + name
                    + "/"
                    + item.path("tool").asText()
                    + " (was approved; no longer listed, or unfit)");
      }
    }
  }

  /** The servers whose tools are not known, since they have not answered, and what is not shown. */
  private void listHidden(JsonNode servers) {
    for (var one : servers) {
      var name = one.path("name").asText();
      if (server != null && !name.equals(server)) {
        continue;
      }
      if (ServerText.isTroubled(one)) {
        var state = terminal.notable(one.path("state").asText());
        terminal.out().println(state + "  " + ServerText.trouble(one));
      }
      for (var unfit : one.path("unfit").properties()) {
        var item = name + "/" + ToolText.visible(unfit.getKey());
        terminal
            .out()
            .println(
                terminal.notable("unfit") + "  " + item + " (" + unfit.getValue().asText() + ")");
      }
    }
  }
}
