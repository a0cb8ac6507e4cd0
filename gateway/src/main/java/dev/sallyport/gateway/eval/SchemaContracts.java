package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.eval.Corpus.Suite;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Contracts for the tools of a suite, written from their schemas alone: no task and no attacker is
 * looked at. Arguments that name whom or what a call reaches must be a user's or the organisation's
 * word, and every tool that is not for reading lets something out.
 */
final class SchemaContracts {
  private static final Set<String> READING =
      Set.of(
          "read", "get", "list", "search", "find", "query", "history", "book", "profile", "open");
  private static final Set<String> REACHING =
      Set.of(
          "to",
          "cc",
          "bcc",
          "with",
          "recipient",
          "recipients",
          "email",
          "emails",
          "mail",
          "address",
          "iban",
          "account",
          "url",
          "uri",
          "host",
          "channel",
          "user",
          "login",
          "assignee",
          "attendees",
          "participants",
          "invitees",
          "interviewer",
          "phone");

  private SchemaContracts() {}

  /** The documents, each of which ends with {@code ---}. */
  static String of(Suite suite, String server) {
    var documents = new StringBuilder();
    for (var tool : suite.tools()) {
      var name = tool.path("name").asText();
      var words = Stream.of(name.split("_", -1)).toList();
      if (words.stream().noneMatch(READING::contains)) {
        documents.append(document(server, name, reaching(tool.path("inputSchema"))));
      }
    }
    return documents.toString();
  }

  private static List<String> reaching(JsonNode schema) {
    var names = new ArrayList<String>();
    schema
        .path("properties")
        .fieldNames()
        .forEachRemaining(name -> {
          var words = Stream.of(name.toLowerCase(Locale.ROOT).split("_", -1));
          if (words.anyMatch(REACHING::contains)) {
            names.add(name);
          }
        });
    return names;
  }

  private static String document(String server, String tool, List<String> reaching) {
    var arguments =
        reaching.stream().map("%s: {authority: [USER, ORG], else: ask}"::formatted).toList();
    return """
    apiVersion: sallyport.dev/v1
    kind: ToolContract
    metadata: {name: %s}
    spec:
      tool: %s/%s
    %s%s  effects: {emits: [egress]}
    ---
    """
        .formatted(
            Stage.name(server + "-" + tool),
            server,
            tool,
            reaching.isEmpty() ? "" : "  args: {" + String.join(", ", arguments) + "}\n",
            "  audience_from: [" + String.join(", ", reaching) + "]\n");
  }
}
