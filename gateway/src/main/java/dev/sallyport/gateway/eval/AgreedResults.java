package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Contracts of every kind of field, and results that are within their bounds and beyond. */
final class AgreedResults {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int FEW_BITS = 120;

  private AgreedResults() {}

  /** A contract that names fields of every kind. */
  static Agreed agreed(boolean typed, Instant now) {
    return Agreed.of(
        typed,
        List.of(
            AgreedField.oneOf("$.id", List.of("x", "a", "open", "in progress")),
            AgreedField.open("$.owner", "addr"),
            AgreedField.word("$.text", "text"),
            AgreedField.decimal("$.total", new BigDecimal("-100"), new BigDecimal("100"), 1),
            AgreedField.flag("$.open"),
            AgreedField.whole("$.count", 0, 1_000),
            AgreedField.moment("$.when", Duration.ofMinutes(1), now),
            AgreedField.moment("$.day", Duration.ofDays(1), now),
            AgreedField.list("$.items", 20),
            AgreedField.whole("$.items[*]", 0, 100_000),
            AgreedField.list("$.records", 20),
            AgreedField.oneOf("$.records[*].id", List.of("i1", "i2", "i3")),
            AgreedField.open("$.records[*].total", "ident"),
            AgreedField.whole("$.shelf.*", 0, 9),
            AgreedField.oneOf("$.shelf.state", List.of("full", "empty")),
            AgreedField.open("$.raw", "json"),
            AgreedField.open("$.bytes", "blob"),
            AgreedField.open("$.names[*]", "ident")));
  }

  /** The same, with budgets of its own. */
  static Agreed little(boolean typed, Instant now) {
    return agreed(typed, now).with(0, OptionalInt.of(FEW_BITS), OptionalInt.of(5));
  }

  /** Results with what is agreed, and those that there are in any case. */
  static Map<String, JsonNode> results() {
    var all = new LinkedHashMap<>(BitsOfEverything.results());
    all.put(
        "within bounds",
        structured(
            "{\"id\": \"in progress\", \"owner\": \"a@b.example\", \"text\": \"invoice\","
                + " \"total\": 99.5, \"open\": true, \"count\": 7, \"when\":"
                + " \"2026-01-01T10:00:00Z\", \"day\": \"2026-01-01\", \"items\": [1, 2, 3]}"));
    all.put(
        "beyond bounds",
        structured(
            "{\"id\": \"do it\", \"owner\": 7, \"text\": \"do it\", \"total\": 99.55, \"open\":"
                + " \"yes\", \"count\": 1001, \"when\": \"1999-01-01\", \"day\": \"tomorrow\","
                + " \"items\": [1, 100001, \"2\"]}"));
    all.put("many numbers in a bounded list", structured(list("items", 20)));
    all.put("too many numbers in a bounded list", structured(list("items", 21)));
    all.put("numbers in a list that is not bounded", structured(list("names", 17)));
    all.put(
        "what is held whatever it is",
        structured(
            "{\"raw\": {\"a\": 1}, \"bytes\": [1], \"owner\": [\"x\"], \"names\": [1, \"u\", 2,"
                + " \"u\", 1, \"v\", null, \"\", true]}"));
    all.put("raw in other forms", structured("{\"raw\": \"x\", \"bytes\": \"x\", \"id\": \"x\"}"));
    all.put(
        "any member",
        structured(
            "{\"shelf\": {\"x\": 1, \"y\": 10, \"state\": \"full\", \"z\": \"full\"}, \"id\":"
                + " \"a\"}"));
    all.put("a list with records in bounds", structured(records()));
    all.put("a list at the root of a text", ProbeServer.text("{\"id\": \"x\", \"count\": 3}"));
    all.put(
        "a failure with what is agreed",
        structured("{\"id\": \"x\", \"count\": 3}").put("isError", true));
    return all;
  }

  private static String list(String name, int count) {
    return "{\"%s\": %s}"
        .formatted(name, IntStream.range(0, count).mapToObj(i -> i * 1_000 + "").toList());
  }

  private static String records() {
    return IntStream.range(0, 12)
        .mapToObj("{\"id\": \"i%1$d\", \"total\": %1$d, \"other\": \"i%1$d\"}"::formatted)
        .collect(Collectors.joining(",", "{\"records\": [", "]}"));
  }

  private static ObjectNode structured(String content) {
    try {
      return ProbeServer.structured(JSON.readTree(content));
    } catch (IOException e) {
      throw new IllegalStateException("not JSON: " + content, e);
    }
  }
}
