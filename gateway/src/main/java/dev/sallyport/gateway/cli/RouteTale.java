package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.PrintWriter;

/** Tells in plain words, by its evidence, which way a model call went. */
final class RouteTale {
  /** Ends what this caller alone may have brought about. */
  private static final String OWN = "_for_caller";

  private static final String OF_ALIAS = "alias:";

  private RouteTale() {}

  /** Whether the records are those of a model call. */
  static boolean isOfModel(JsonNode records) {
    return record(records, "intent").at("/target/alias").isTextual();
  }

  static void tell(JsonNode records, PrintWriter out) {
    var intent = record(records, "intent");
    var outcome = record(records, "outcome");
    var facts = outcome.path("facts");
    row(out, "call", intent.path("call_id"));
    row(out, "asked", facts.has("model_requested") ? facts.path("model_requested") : alias(intent));
    if (facts.has("model_requested") || facts.has("fallback_of")) {
      row(out, "alias", alias(intent));
    }
    row(out, "instead of", facts.path("fallback_of"));
    if (facts.has("weighed_by")) {
      var same = facts.path("weighed_by").asText().replace("first_words", "first words");
      row(out, "chosen", TextNode.valueOf("by weight, as all with the same " + same));
    }
    row(out, "answered", facts.path("deployment"));
    row(out, "model", facts.path("model_served"));
    row(out, "outcome", outcome.path("outcome"));
    row(out, "code", outcome.path("code"));
    for (var by : facts.path("route_by")) {
      row(out, "ordered by", TextNode.valueOf(order(by.asText())));
    }
    out.println();
    for (var step : facts.path("route")) {
      var said = step.asText();
      int colon = said.lastIndexOf(':');
      out.println(
          "  %-32s %s"
              .formatted(
                  ToolText.visible(said.substring(0, Math.max(0, colon))),
                  words(said.substring(colon + 1))));
    }
    if (facts.has("route_more")) {
      out.println("  and %d more".formatted(facts.path("route_more").asInt()));
    }
    out.flush();
  }

  /** What the alias sorts by is told from what the request does. */
  private static String order(String by) {
    return by.startsWith(OF_ALIAS)
        ? by.substring(OF_ALIAS.length()) + ", as the ModelAlias says"
        : by;
  }

  /** What a step of the route means. */
  static String words(String step) {
    if (step.startsWith("parked_") && step.endsWith(OWN)) {
      return words(step.substring(0, step.length() - OWN.length()))
          + "; this was said to this caller alone, and others are let through";
    }
    return switch (step) {
      case "answered" -> "answered";
      case "no_attempt_left" -> "not asked: the call has had all its attempts, or all its time";
      case "price_unknown" -> "not asked: its price is not known, and there is a budget";
      case "above_max_price" -> "not asked: it costs more than the request's max_price";
      case "max_price_unknown" ->
          "not asked: the request has a max_price, and what it costs is not known";
      case "above_alias_max_price" -> "not asked: it costs more than maxPrice of the ModelAlias";
      case "alias_max_price_unknown" ->
          "not asked: the ModelAlias has a maxPrice, and what it costs is not known";
      case "credential_unavailable" -> "not asked: no credential for it can be lent";
      case "breaker_open_deployment" ->
          "not asked: left alone, it failed too often or asked for it";
      case "breaker_open_provider" -> "not asked: left alone, its provider fails";
      case "breaker_open_region" -> "not asked: left alone, its region fails";
      case "parked_credential_rejected" -> "not asked: the provider does not take its credential";
      case "parked_forbidden" ->
          "not asked: the provider does not allow its credential what was asked for";
      case "parked_payment" -> "not asked: the account of its credential has no money left";
      case "parked_rate_limited" -> "not asked: the provider wants to be left alone for a while";
      case "failed_cannot_carry" -> "could not be asked: the request has no form on its wire";
      default ->
          step.startsWith("failed_")
              ? "gave no answer: " + step.substring("failed_".length()).replace('_', ' ')
              : ToolText.visible(step);
    };
  }

  private static JsonNode alias(JsonNode intent) {
    return intent.at("/target/alias");
  }

  private static void row(PrintWriter out, String name, JsonNode value) {
    if (value.isValueNode() && !value.isNull()) {
      out.println("%-10s %s".formatted(name, ToolText.visible(value.asText())));
    }
  }

  private static JsonNode record(JsonNode records, String type) {
    for (var record : records) {
      if (record.path("type").asText().equals(type)) {
        return record;
      }
    }
    return MissingNode.getInstance();
  }
}
