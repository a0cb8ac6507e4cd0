package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Corpus.Step;
import dev.sallyport.gateway.eval.Corpus.Suite;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What is agreed of the results of a suite's tools, so that views under contracts can be counted
 * once more. Of tools with an output schema it is what that says; of others, a contract is drawn
 * from what they return where nobody attacks. Whether such a contract is wise does not matter here.
 */
final class SuiteAgreements {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}(?:[T ]\\d{2}:.*)?");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9 _.-]{1,32}");
  private static final int MOST_WORDS = 64;
  private static final int LEVELS = 8;
  private static final int ITEMS = 20;
  private static final long LARGEST = 1_000_000;

  private final Instant now;
  private final Map<String, AgreedField> fields = new LinkedHashMap<>();
  private final Map<String, List<String>> words = new TreeMap<>();

  private SuiteAgreements(Instant now) {
    this.now = now;
  }

  /** By the names of tools. */
  static Map<String, Agreed> of(Suite suite, Instant now) {
    Map<String, Agreed> all = new LinkedHashMap<>();
    for (var tool : suite.tools()) {
      var name = tool.path("name").asText();
      all.put(
          name,
          tool.has("outputSchema")
              ? Agreed.ofSchema(tool.get("outputSchema"), now)
              : seen(suite, name, now));
    }
    return all;
  }

  /** The documents of the contracts that were drawn. */
  static String contracts(Suite suite, String server, Map<String, Agreed> agreed) {
    return suite.tools().stream()
        .filter(tool -> !tool.has("outputSchema"))
        .map(tool -> tool.path("name").asText())
        .map(name -> agreed.getOrDefault(name, Agreed.NONE).contract(server, name))
        .collect(Collectors.joining());
  }

  private static Agreed seen(Suite suite, String tool, Instant now) {
    var seen = new SuiteAgreements(now);
    suite.tasks().stream()
        .flatMap(task -> task.steps().stream())
        .filter(step -> step.call().tool().equals(tool))
        .forEach(step -> seen.read(content(step), "$", 0));
    seen.words.forEach((path, values) -> seen.fields.put(path, AgreedField.oneOf(path, values)));
    return Agreed.of(true, seen.fields.values()).with(0, OptionalInt.empty(), OptionalInt.of(50));
  }

  private static JsonNode content(Step step) {
    if (step.result() instanceof ObjectNode object) {
      return object;
    }
    try {
      var parsed = JSON.readTree(step.text());
      return parsed.isContainerNode() ? parsed : MissingNode.getInstance();
    } catch (IOException _) {
      return MissingNode.getInstance();
    }
  }

  private void read(JsonNode node, String path, int level) {
    if (level > LEVELS) {
      return;
    }
    switch (node.getNodeType()) {
      case BOOLEAN -> fields.putIfAbsent(path, AgreedField.flag(path));
      case NUMBER -> fields.putIfAbsent(path, number(node, path));
      case STRING -> text(node.textValue(), path);
      case ARRAY -> {
        fields.putIfAbsent(path, AgreedField.list(path, ITEMS));
        node.forEach(item -> read(item, path + "[*]", level + 1));
      }
      default ->
          node.properties()
              .forEach(member -> {
                var name = member.getKey();
                var step = NAME.matcher(name).matches() ? "." + name : ".*";
                read(member.getValue(), path + step, level + 1);
              });
    }
  }

  private static AgreedField number(JsonNode node, String path) {
    return node.isIntegralNumber()
        ? AgreedField.whole(path, 0, LARGEST)
        : AgreedField.decimal(path, BigDecimal.ZERO, BigDecimal.valueOf(LARGEST), 2);
  }

  /** A time, one of a few words, or a text. */
  private void text(String text, String path) {
    if (fields.containsKey(path)) {
      return;
    }
    var known = words.getOrDefault(path, List.of());
    if (known.isEmpty() && TIME.matcher(text).matches()) {
      fields.put(path, AgreedField.moment(path, Duration.ofHours(1), now));
    } else if (WORD.matcher(text).matches() && known.size() < MOST_WORDS) {
      var more = new ArrayList<>(known);
      if (!more.contains(text)) {
        more.add(text);
      }
      words.put(path, more);
    } else {
      words.remove(path);
      fields.put(path, AgreedField.word(path, "text"));
    }
  }
}
