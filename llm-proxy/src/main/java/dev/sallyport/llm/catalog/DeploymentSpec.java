package dev.sallyport.llm.catalog;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The spec of a {@code Deployment}, as written. */
record DeploymentSpec(
    @Nullable String alias,
    @Nullable String provider,
    @Nullable String upstreamModel,
    @Nullable Integer priority,
    @Nullable PriceSpec price,
    @Nullable Integer maxOutputTokensDefault) {
  private static final int MAX_OUTPUT_TOKENS = 10_000_000;
  private static final int MAX_PRIORITY = 1_000_000;
  private static final Pattern MODEL = Pattern.compile("[\\x21-\\x7e]{1,256}");

  DeploymentSpec {
    if (alias == null || !Deployment.ALIAS.matcher(alias).matches()) {
      throw new IllegalArgumentException("alias must be 1 to 128 of A-Z a-z 0-9 . _ : / @ -");
    }
    if (provider == null) {
      throw new IllegalArgumentException("provider must name a Provider");
    }
    if (upstreamModel == null || !MODEL.matcher(upstreamModel).matches()) {
      throw new IllegalArgumentException(
          "upstreamModel must be the provider's name of a model: 1 to 256 visible characters");
    }
    if (priority != null && (priority < 0 || priority > MAX_PRIORITY)) {
      throw new IllegalArgumentException("priority must be 0 to " + MAX_PRIORITY);
    }
    if (maxOutputTokensDefault != null
        && (maxOutputTokensDefault < 1 || maxOutputTokensDefault > MAX_OUTPUT_TOKENS)) {
      throw new IllegalArgumentException(
          "maxOutputTokensDefault must be 1 to " + MAX_OUTPUT_TOKENS);
    }
  }

  String providerName() {
    return String.valueOf(provider);
  }

  Deployment of(String name, Provider owner) {
    return new Deployment(
        name,
        String.valueOf(alias),
        owner,
        String.valueOf(upstreamModel),
        priority == null ? 0 : priority,
        Optional.ofNullable(price).map(PriceSpec::price),
        maxOutputTokensDefault == null
            ? Deployment.DEFAULT_MAX_OUTPUT_TOKENS
            : maxOutputTokensDefault);
  }
}
