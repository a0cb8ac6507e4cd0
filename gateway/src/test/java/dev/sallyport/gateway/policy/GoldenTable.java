package dev.sallyport.gateway.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.document.Document;
import dev.sallyport.gateway.document.DocumentReader;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.gateway.resource.ResourceDocuments;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.grant.Inquiry;
import dev.sallyport.identity.grant.PolicySet;
import dev.sallyport.identity.replay.Effect;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The golden policies, and the golden table of what they decide. */
final class GoldenTable {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final int COLUMNS = 10;
  private static final String USUAL_TIME = "2026-11-18T12:00:00Z";
  private static final String USUAL_SOURCE = "10.1.2.3";

  private GoldenTable() {}

  /**
   * One row.
   *
   * @param line where it stands
   * @param inquiry what is asked
   * @param effect what is decided, and the limits that it is counted by
   * @param rule the rule that decides, as {@code policy:pointer}, or the reason of a denial by none
   */
  record Row(int line, String text, Inquiry inquiry, String effect, String rule) {
    @Override
    public String toString() {
      return "line " + line + ": " + text;
    }
  }

  /** The documents of the policies. */
  static List<Document> documents() {
    try {
      return DocumentReader.yaml("policies.yaml", text("/golden/policies.yaml"));
    } catch (InvalidDocumentsException e) {
      throw new AssertionError(e);
    }
  }

  static List<Resource> resources() {
    try {
      return ResourceDocuments.read(documents());
    } catch (InvalidDocumentsException e) {
      throw new AssertionError(e);
    }
  }

  static PolicySet policies() {
    try {
      return PolicySet.compile(new ResourceSet(resources()));
    } catch (InvalidResourcesException e) {
      throw new AssertionError(e);
    }
  }

  static List<Row> rows() {
    var lines = text("/golden/decisions.txt").lines().toList();
    return IntStream.range(0, lines.size())
        .filter(i -> !lines.get(i).isBlank() && !lines.get(i).startsWith("#"))
        .mapToObj(i -> row(i + 1, lines.get(i)))
        .toList();
  }

  /** What the policies decide of a row's inquiry. */
  static Decision decide(PolicySet policies, Row row) {
    return policies.explain(row.inquiry()).decision();
  }

  /** What is decided, the limits that it is counted by, and what is only tried. */
  static String effect(Decision decision) {
    var told = new StringBuilder(Effect.of(decision).label());
    for (var limit : decision.grounds().limits()) {
      told.append(" limits %s/%s".formatted(text(limit.perMinute()), text(limit.perTurn())));
    }
    decision.grounds().shadow().ifPresent(one -> told.append(" shadow ").append(one.decision()));
    return told.toString();
  }

  private static String text(OptionalInt bound) {
    return bound.isPresent() ? String.valueOf(bound.getAsInt()) : "-";
  }

  /** The rule that decided, or why none did. */
  static String rule(Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> rule(allowed.by());
      case Decision.Held held -> rule(held.by());
      case Decision.Denied denied -> denied.by().map(GoldenTable::rule).orElse(denied.reason());
    };
  }

  private static String rule(Decision.Rule rule) {
    return rule.policy() + ":" + rule.rule().replace("/spec/", "");
  }

  private static Row row(int line, String text) {
    var cells = Arrays.stream(text.split("\\|", -1)).map(String::strip).toList();
    if (cells.size() != COLUMNS) {
      throw new AssertionError("line " + line + " has not " + COLUMNS + " columns: " + text);
    }
    var inquiry =
        new Inquiry(
            principal(cells.get(0)),
            target(cells.get(1)),
            cells.get(2).isEmpty() ? JsonNodeFactory.instance.objectNode() : json(cells.get(2)),
            new Circumstances(
                Instant.parse(cells.get(4).isEmpty() ? USUAL_TIME : cells.get(4)),
                source(cells.get(5)),
                cells.get(3).isEmpty() ? "USER" : cells.get(3),
                cells.get(6).isEmpty() ? 0 : Long.parseLong(cells.get(6))));
    var effect = (cells.get(7) + " " + cells.get(9)).strip();
    return new Row(line, text, inquiry, effect, cells.get(8));
  }

  private static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  private static Optional<String> source(String cell) {
    return switch (cell) {
      case "" -> Optional.of(USUAL_SOURCE);
      case "-" -> Optional.empty();
      default -> Optional.of(cell);
    };
  }

  /** Such as {@code analyst}, {@code clerk for ann} or {@code ops +crm:write ~x509-svid}. */
  private static Principal principal(String cell) {
    var all = List.of(cell.split(" ", -1));
    var words = all.stream().filter(word -> word.matches("[A-Za-z].*")).toList();
    var method = marked(all, "~").stream().findFirst().orElse("jwt-svid");
    var user =
        words.size() == 3
            ? Optional.of(
                new Delegation(new PrincipalId("oidc://corp/" + words.get(2)), "corp", List.of()))
            : Optional.<Delegation>empty();
    return new Principal(
        new PrincipalId("spiffe://prod/agent/" + words.getFirst()),
        Arrays.stream(AuthenticationMethod.values())
            .filter(one -> one.label().equals(method))
            .findFirst()
            .orElseThrow(),
        "prod",
        Instant.MAX,
        Confirmation.NONE,
        marked(all, "+"),
        user);
  }

  private static Set<String> marked(List<String> words, String mark) {
    return words.stream()
        .filter(word -> word.startsWith(mark))
        .map(word -> word.substring(1))
        .collect(Collectors.toSet());
  }

  private static Target target(String cell) {
    var words = List.of(cell.split(" ", -1));
    return switch (words.getFirst()) {
      case "model" -> new Target.Model(words.get(1));
      case "prompt" -> new Target.Prompt(words.get(1), words.get(2));
      case "read" -> new Target.Resource(words.get(1), words.get(2));
      case "template" -> new Target.Template(words.get(1), words.get(2));
      default -> new Target.Tool(words.get(0), words.get(1));
    };
  }

  private static String text(String resource) {
    try (var in = GoldenTable.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new AssertionError("there is no " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
