package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import dev.sallyport.gateway.config.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport get}. For one thread. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    description = "Shows the resources in force.",
    footer = {
      "",
      "Example:",
      "  sallyport get                       all of them",
      "  sallyport get servers               those of one kind; McpServer, mcpservers do as well",
      "  sallyport get agentpolicy ci -o yaml > ci.yaml"
    })
public final class GetCommand implements Callable<Integer> {
  private static final String NAME = "/metadata/name";
  private static final Pattern FRACTION = Pattern.compile("\\.[0-9]+(?=Z$)");

  private final Terminal terminal;

  @Mixin private final AdminOptions admin;

  @Parameters(index = "0", arity = "0..1", paramLabel = "KIND", description = "The kind.")
  private @Nullable String kind;

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "The name.")
  private @Nullable String name;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|yaml|json",
      description = "The form; yaml can be applied again.")
  private Form form = Form.table;

  public GetCommand(Terminal terminal, Environment environment) {
    this.terminal = terminal;
    this.admin = new AdminOptions(environment);
  }

  @Override
  public Integer call() {
    var items = items();
    switch (form) {
      case table -> {
        table(items);
        items.forEach(this::warn);
        troubles(items);
      }
      case yaml -> items.forEach(item -> terminal.out().print(yaml(plain(item))));
      case json -> terminal.out().println(json(items));
    }
    terminal.out().flush();
    return 0;
  }

  private List<JsonNode> items() {
    var client = admin.client();
    if (kind == null) {
      return list(client.get("/admin/resources").orFail().path("items"));
    }
    if (name == null) {
      return list(client.get("/admin/" + path(kind)).orFail().path("items"));
    }
    return List.of(client.get("/admin/" + path(kind) + "/" + name).orFail());
  }

  /** Where a kind is read: what is under the short name of servers says how these are. */
  private static String path(String kind) {
    return kind.equalsIgnoreCase("servers") ? "mcpservers" : kind;
  }

  private static List<JsonNode> list(JsonNode array) {
    var list = new ArrayList<JsonNode>();
    array.forEach(list::add);
    return list;
  }

  private void table(List<JsonNode> items) {
    var row = "%%-%ds %%-%ds %%7s  %%s%%n".formatted(width(items, "/kind"), width(items, NAME));
    terminal.out().printf(row, "KIND", "NAME", "VERSION", "CHANGED");
    for (var item : items) {
      terminal
          .out()
          .printf(
              row,
              item.path("kind").asText(),
              item.at(NAME).asText(),
              item.path("status").path("version").asLong(),
              toTheSecond(item.path("status").path("changedAt").asText())
                  + " by "
                  + item.path("status").path("changedBy").asText());
    }
  }

  private static int width(List<JsonNode> items, String pointer) {
    return items.stream().mapToInt(item -> item.at(pointer).asText().length()).reduce(4, Math::max);
  }

  private static String toTheSecond(String time) {
    return FRACTION.matcher(time).replaceFirst("");
  }

  private void warn(JsonNode item) {
    for (var warning : item.at("/status/warnings")) {
      terminal
          .out()
          .printf(
              "%s  %s/%s %s: %s%n",
              terminal.notable("warning"),
              item.path("kind").asText(),
              item.at(NAME).asText(),
              warning.path("pointer").asText(),
              ToolText.visible(warning.path("detail").asText()));
    }
  }

  /** The servers among them that do not answer, or of which not all is used, and why. */
  private void troubles(List<JsonNode> items) {
    var names = new TreeSet<String>();
    for (var item : items) {
      if (item.path("kind").asText().equals("McpServer")) {
        names.add(item.at(NAME).asText());
      }
    }
    if (names.isEmpty()) {
      return;
    }
    for (var server : admin.client().get("/admin/servers").orFail().path("items")) {
      if (names.contains(server.path("name").asText()) && ServerText.isTroubled(server)) {
        var state = terminal.notable(server.path("state").asText());
        terminal.out().println(state + "  " + ServerText.trouble(server));
      }
    }
  }

  /** The document as its author would write it. */
  private static JsonNode plain(JsonNode item) {
    ObjectNode copy = item.deepCopy();
    copy.remove("status");
    return copy;
  }

  private static String yaml(JsonNode item) {
    var mapper =
        new ObjectMapper(
            YAMLFactory.builder()
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .build());
    return written(mapper, item);
  }

  private String json(List<JsonNode> items) {
    var mapper = JsonMapper.builder().build();
    var plain = items.stream().map(GetCommand::plain).toList();
    var tree = name == null ? mapper.valueToTree(plain) : plain.getFirst();
    return tree.toPrettyString();
  }

  private static String written(ObjectMapper mapper, JsonNode item) {
    try {
      return mapper.writeValueAsString(item);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /** The forms of output, as they are written on the command line. */
  private enum Form {
    table,
    yaml,
    json
  }
}
