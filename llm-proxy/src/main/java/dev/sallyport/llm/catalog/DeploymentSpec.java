package dev.sallyport.llm.catalog;

import dev.sallyport.llm.spi.Site;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The spec of a {@code Deployment}, as written. */
record DeploymentSpec(
    @Nullable String alias,
    @Nullable String provider,
    @Nullable String upstreamModel,
    @Nullable String model,
    @Nullable String publisher,
    @Nullable String api,
    @Nullable Integer priority,
    @Nullable Integer weight,
    @Nullable PriceSpec price,
    @Nullable List<PriceSpec> prices,
    @Nullable Integer maxOutputTokensDefault,
    @Nullable String hostedTools) {
  private static final int MAX_OUTPUT_TOKENS = 10_000_000;
  private static final int MAX_PRIORITY = 1_000_000;
  private static final int MAX_WEIGHT = 1_000;
  private static final Pattern PUBLISHER = Pattern.compile("[a-z0-9.-]{1,64}");
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
    if (model != null && !MODEL.matcher(model).matches()) {
      throw new IllegalArgumentException(
          "model must say which model it is: 1 to 256 visible characters");
    }
    if (publisher != null && !PUBLISHER.matcher(publisher).matches()) {
      throw new IllegalArgumentException("publisher must be 1 to 64 of a-z 0-9 . -");
    }
    if (api != null && !api.equals("chat") && !api.equals("responses")) {
      throw new IllegalArgumentException("api must be chat or responses");
    }
    if (hostedTools != null && !hostedTools.equals("deny") && !hostedTools.equals("allow")) {
      throw new IllegalArgumentException("hostedTools must be deny or allow");
    }
    if (priority != null && (priority < 0 || priority > MAX_PRIORITY)) {
      throw new IllegalArgumentException("priority must be 0 to " + MAX_PRIORITY);
    }
    if (weight != null && (weight < 0 || weight > MAX_WEIGHT)) {
      throw new IllegalArgumentException("weight must be 0 to " + MAX_WEIGHT);
    }
    if (price != null && prices != null) {
      throw new IllegalArgumentException("give price or prices, not both");
    }
    if (price != null) {
      price.checkWhole(false);
    }
    prices = prices == null ? List.of() : List.copyOf(prices);
    prices.forEach(one -> one.checkWhole(true));
    if (prices.stream().map(PriceSpec::start).distinct().count() < prices.size()) {
      throw new IllegalArgumentException("two of prices have the same from");
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
        model == null ? String.valueOf(upstreamModel) : model,
        priority == null ? 0 : priority,
        weight == null ? OptionalInt.empty() : OptionalInt.of(weight),
        price(owner),
        maxOutputTokensDefault == null
            ? Deployment.DEFAULT_MAX_OUTPUT_TOKENS
            : maxOutputTokensDefault,
        "allow".equals(hostedTools),
        site(owner.site()));
  }

  private Price price(Provider owner) {
    var from = new TreeMap<Instant, Tariff>();
    if (price != null) {
      from.put(price.start(), price.tariff(owner.unknownCall()));
    }
    if (prices != null) {
      prices.forEach(one -> from.put(one.start(), one.tariff(owner.unknownCall())));
    }
    return new Price(from, owner.ceiling());
  }

  private Site site(Site owner) {
    return new Site(
        owner.project(),
        owner.region(),
        owner.apiVersion(),
        Optional.ofNullable(publisher),
        "responses".equals(api) ? Site.Api.RESPONSES : Site.Api.CHAT,
        owner.quirks());
  }
}
