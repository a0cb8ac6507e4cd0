package dev.sallyport.gateway.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Records of evidence, and what they say in short. */
final class DemoRecords {
  private final List<JsonNode> records;

  /**
   * @param records in the order in which they were written
   */
  DemoRecords(List<JsonNode> records) {
    this.records = List.copyOf(records);
  }

  /** The last record of a type about a tool. */
  Optional<JsonNode> last(String type, String tool) {
    return records.reversed().stream()
        .filter(record -> isOf(record, type) && record.at("/target/tool").asText().equals(tool))
        .findFirst();
  }

  /** The outcome of an intent, which stands after it. */
  Optional<JsonNode> outcome(JsonNode intent) {
    return records.stream()
        .filter(record -> isOf(record, "outcome"))
        .filter(record -> record.path("call_id").equals(intent.path("call_id")))
        .filter(record -> record.path("seq").asLong() > intent.path("seq").asLong())
        .findFirst();
  }

  /** What an intent says that is lent: each credential, and where it goes. */
  static String credentials(JsonNode intent) {
    var lent = new ArrayList<String>();
    for (var credential : intent.path("credentials")) {
      lent.add(
          "credential '%s' to %s"
              .formatted(
                  credential.path("credential").asText(), credential.path("destination").asText()));
    }
    return String.join(", ", lent);
  }

  /** Who made the call, and how that was proved. */
  static String caller(JsonNode record) {
    return record.path("principal").asText() + ", proved by " + record.path("method").asText();
  }

  /** A record in one line. */
  static String inShort(JsonNode record) {
    var words = new ArrayList<String>();
    words.add("#" + record.path("seq").asText());
    if (record.has("target")) {
      words.add(record.at("/target/server").asText() + "/" + record.at("/target/tool").asText());
    }
    for (var field : List.of("outcome", "code")) {
      if (record.hasNonNull(field)) {
        words.add(record.get(field).asText());
      }
    }
    if (record.hasNonNull("policy")) {
      words.add("by policy " + record.get("policy").asText() + " " + record.path("rule").asText());
    }
    return words.stream().collect(Collectors.joining("  "));
  }

  private static boolean isOf(JsonNode record, String type) {
    return record.path("type").asText().equals(type);
  }
}
