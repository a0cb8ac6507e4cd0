package dev.sallyport.llm.catalog;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One model of one provider, behind an alias.
 *
 * @param alias the name that callers use
 * @param upstreamModel the name that the provider uses
 * @param priority lower is tried first; equal ones go by name
 * @param price empty if it is not known
 * @param maxOutputTokens how many tokens an answer may have if the caller does not say
 */
public record Deployment(
    String name,
    String alias,
    Provider provider,
    String upstreamModel,
    int priority,
    Optional<Price> price,
    int maxOutputTokens) {
  /** How many tokens an answer may have if neither caller nor deployment says. */
  public static final int DEFAULT_MAX_OUTPUT_TOKENS = 4_096;

  static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9._:/@-]{1,128}");

  public Deployment {
    if (!ALIAS.matcher(alias).matches()) {
      throw new IllegalArgumentException("an alias is 1 to 128 of A-Z a-z 0-9 . _ : / @ -");
    }
  }
}
