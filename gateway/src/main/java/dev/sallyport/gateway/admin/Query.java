package dev.sallyport.gateway.admin;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The query of a request.
 *
 * @param values the first value of each parameter; empty where none is written
 * @param written the whole, as it was sent; empty if there is none
 */
record Query(Map<String, String> values, String written) {
  static final Query NONE = new Query(Map.of(), "");
  static final String DRY_RUN = "dryRun";

  Query {
    values = Map.copyOf(values);
  }

  Optional<String> first(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /**
   * Requires that nothing else is written, and nothing twice.
   *
   * @param known the names of all that is taken
   * @throws Refusal with MALFORMED_REQUEST that says what is
   */
  void requireOnly(Set<String> known) {
    for (var name : new TreeSet<>(values.keySet())) {
      if (!known.contains(name)) {
        throw new Refusal(
            RefusalCode.MALFORMED_REQUEST,
            "There is no parameter %s here. ".formatted(name) + taken(known));
      }
    }
    long given = Arrays.stream(written.split("&", -1)).filter(part -> !part.isEmpty()).count();
    if (given > values.size()) {
      throw new Refusal(
          RefusalCode.MALFORMED_REQUEST,
          "A parameter is given more than once. Give each once: only one value could count.");
    }
  }

  private static String taken(Set<String> known) {
    return known.isEmpty()
        ? "This path takes none."
        : "This path takes " + String.join(", ", new TreeSet<>(known)) + ".";
  }

  /**
   * Whether a change is only to be checked. What does not say so clearly is refused, for it may
   * come from somebody who wants nothing to change.
   *
   * @throws Refusal with MALFORMED_REQUEST if the query says anything else
   */
  boolean isDryRun() {
    return switch (written) {
      case "", "dryRun=false" -> false;
      case DRY_RUN, "dryRun=", "dryRun=true" -> true;
      default -> throw unclear();
    };
  }

  private Refusal unclear() {
    var unknown =
        Arrays.stream(written.split("&", -1))
            .map(part -> part.split("=", 2)[0])
            .filter(name -> !name.isEmpty() && !name.equals(DRY_RUN))
            .findFirst()
            .map("There is no parameter %s here. "::formatted)
            .orElse("");
    return new Refusal(
        RefusalCode.MALFORMED_REQUEST,
        unknown
            + "A change takes one of dryRun, dryRun=true and dryRun=false, once, and no other.");
  }
}
