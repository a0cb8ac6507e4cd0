package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** {@code sallyport approve --calls}: single calls that wait for a person. For one thread. */
final class CallApproval {
  private static final Pattern ID = Pattern.compile("[0-9a-f-]{36}");

  private final Terminal terminal;
  private final AdminClient client;

  CallApproval(Terminal terminal, AdminClient client) {
    this.terminal = terminal;
    this.client = client;
  }

  /** Shows every call that waits, and what it would send. */
  void list() {
    var items = client.get("/admin/calls?status=pending").orFail().path("items");
    if (items.isEmpty()) {
      terminal.out().println("Nothing waits.");
    }
    for (var item : items) {
      show(read(item.path("id").asText()));
    }
  }

  /** Shows the calls of these ids and decides them, one after the other. */
  void decide(List<String> ids, boolean reject) {
    for (var id : ids) {
      if (!ID.matcher(id).matches()) {
        throw new CommandFailure("A call is named by its id, as approve --calls lists it.");
      }
      show(read(id));
      var verb = reject ? "reject" : "approve";
      var decided =
          client
              .post("/admin/calls/" + id + "/" + verb, JsonNodeFactory.instance.objectNode())
              .orFail();
      terminal
          .out()
          .println(terminal.good(decided.path("status").asText()) + " " + id + " " + name(decided));
    }
  }

  private JsonNode read(String id) {
    return client.get("/admin/calls/" + id).orFail();
  }

  private void show(JsonNode call) {
    var out = terminal.out();
    out.println(
        terminal.notable(call.path("status").asText())
            + "  "
            + call.path("id").asText()
            + "  "
            + name(call));
    out.println("    principal: " + ToolText.visible(call.path("principal").asText()));
    if (call.has("turnOwner")) {
      out.println("    in a turn of: " + ToolText.visible(call.path("turnOwner").asText()));
    }
    if (call.has("onBehalfOf")) {
      out.println("    on behalf of: " + ToolText.visible(call.path("onBehalfOf").asText()));
    }
    out.println("    policy: " + call.path("policy").asText() + " " + call.path("rule").asText());
    out.println("    expires: " + call.path("expiresAt").asText());
    if (call.has("purpose")) {
      out.println("    purpose: " + ToolText.visible(call.path("purpose").asText()));
    }
    for (var field : List.of("arguments", "besides", "references")) {
      if (call.has(field)) {
        out.println("    " + field + ": " + ToolText.visible(call.path(field).toString()));
      }
    }
    for (var leaf : call.path("provenance")) {
      out.println("    " + ToolText.visible(provenance(leaf)));
    }
    if (call.path("unknownReferences").asBoolean()) {
      out.println("    A reference in the arguments is not held any more: the call would fail.");
    }
  }

  private static String provenance(JsonNode leaf) {
    var text =
        "%s: %s, authority %s, from %s"
            .formatted(
                leaf.path("argument").asText(),
                leaf.path("origin").asText(),
                leaf.path("authority").asText(),
                leaf.path("writers").isEmpty() ? "nobody else" : joined(leaf.path("writers")));
    return leaf.has("readers") ? text + ", for " + joined(leaf.path("readers")) : text;
  }

  private static String joined(JsonNode names) {
    return StreamSupport.stream(names.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.joining(", "));
  }

  private static String name(JsonNode call) {
    return ToolText.visible(call.path("server").asText() + "/" + call.path("name").asText());
  }
}
