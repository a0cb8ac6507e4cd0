package dev.sallyport.llm.catalog;

import dev.sallyport.llm.spi.Site;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One model of one provider, behind an alias.
 *
 * @param alias the name that callers use
 * @param upstreamModel the name that the provider uses
 * @param model which model it is, whoever serves it
 * @param priority lower is tried first; equal ones go by weight, and then by name
 * @param weight its share of the conversations of those of the same alias and priority, 0 to 1000,
 *     where 0 is asked only when no other answers; empty if nothing is said
 * @param price what it costs, as far as that is known
 * @param maxOutputTokens how many tokens an answer may have if the caller does not say
 * @param hostedTools whether a request may bring tools that the provider runs, and no policy sees
 * @param site where it is served, as far as its provider's wire form depends on that
 */
public record Deployment(
    String name,
    String alias,
    Provider provider,
    String upstreamModel,
    String model,
    int priority,
    OptionalInt weight,
    Price price,
    int maxOutputTokens,
    boolean hostedTools,
    Site site) {
  /** How many tokens an answer may have if neither caller nor deployment says. */
  public static final int DEFAULT_MAX_OUTPUT_TOKENS = 4_096;

  private static final Set<String> PUBLISHERS = Set.of("google", "anthropic");

  private static final Set<Protocol> ASKED_FOR_RESPONSES =
      Set.of(Protocol.OPENAI, Protocol.AZURE_OPENAI);

  static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9._:/@-]{1,128}");

  public Deployment {
    if (!ALIAS.matcher(alias).matches()) {
      throw new IllegalArgumentException("an alias is 1 to 128 of A-Z a-z 0-9 . _ : / @ -");
    }
  }

  /** Its weight among others, of which at least one has one. */
  public int share() {
    return weight.orElse(1);
  }

  /** What is wrong with the publisher of the model, if anything. */
  Optional<String> publisherProblem() {
    boolean spoken = site.publisher().map(PUBLISHERS::contains).orElse(true);
    return spoken || provider.protocol() != Protocol.VERTEX
        ? Optional.empty()
        : Optional.of("of those on vertex, models of google and of anthropic can be reached");
  }

  /** What is wrong with the way in which the provider is asked, if anything. */
  Optional<String> apiProblem() {
    return site.api() == Site.Api.CHAT || ASKED_FOR_RESPONSES.contains(provider.protocol())
        ? Optional.empty()
        : Optional.of("only providers of openai and of azure-openai are asked for responses");
  }
}
