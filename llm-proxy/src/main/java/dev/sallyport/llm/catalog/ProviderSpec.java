package dev.sallyport.llm.catalog;

import dev.sallyport.llm.spi.Quirks;
import dev.sallyport.llm.spi.Site;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The spec of a {@code Provider}, as written. */
record ProviderSpec(
    @Nullable String protocol,
    @Nullable String vendor,
    @Nullable String baseUrl,
    @Nullable String project,
    @Nullable String region,
    @Nullable String apiVersion,
    @Nullable String credential,
    @Nullable List<String> credentials,
    @Nullable Integer timeoutSeconds,
    @Nullable Integer firstTokenSeconds,
    @Nullable String unknownPriceUsdPerMillion,
    @Nullable String unknownHostedToolUsdPerCall,
    @Nullable Boolean allowPlaintext,
    @Nullable List<String> forwardHeaders,
    @Nullable QuirksSpec quirks) {
  private static final int DEFAULT_TIMEOUT_SECONDS = 300;
  private static final int MAX_TIMEOUT_SECONDS = 3_600;
  private static final int MAX_CREDENTIALS = 16;
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9.:-]{1,64}");
  private static final Pattern AZURE_VERSION =
      Pattern.compile("v1|[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?");
  private static final Set<String> FORWARDED =
      Set.of("http-referer", "x-openrouter-title", "x-title", "x-request-id");
  private static final Pattern CLOUD_PROJECT = Pattern.compile("[a-z0-9][a-z0-9.:-]*");
  private static final Pattern CLOUD_REGION = Pattern.compile("[a-z][a-z0-9-]*");
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  ProviderSpec {
    if (timeoutSeconds != null && (timeoutSeconds < 1 || timeoutSeconds > MAX_TIMEOUT_SECONDS)) {
      throw new IllegalArgumentException(
          "timeoutSeconds must be 1 to %d: %d".formatted(MAX_TIMEOUT_SECONDS, timeoutSeconds));
    }
    if (firstTokenSeconds != null
        && (firstTokenSeconds < 1 || firstTokenSeconds > MAX_TIMEOUT_SECONDS)) {
      throw new IllegalArgumentException(
          "firstTokenSeconds must be 1 to %d: %d"
              .formatted(MAX_TIMEOUT_SECONDS, firstTokenSeconds));
    }
    credentials = credentials == null ? null : List.copyOf(credentials);
    if (credentials != null && credential != null) {
      throw new IllegalArgumentException("give credential, or credentials in order, not both");
    }
    if (credentials != null
        && (credentials.isEmpty()
            || credentials.size() > MAX_CREDENTIALS
            || Set.copyOf(credentials).size() < credentials.size())) {
      throw new IllegalArgumentException(
          "credentials must name 1 to %d different Credentials".formatted(MAX_CREDENTIALS));
    }
    if (protocol == null || Protocol.of(protocol).isEmpty()) {
      throw new IllegalArgumentException("protocol must be one of " + Protocol.labels());
    }
    PriceSpec.check("unknownPriceUsdPerMillion", unknownPriceUsdPerMillion);
    PriceSpec.checkUsd("unknownHostedToolUsdPerCall", unknownHostedToolUsdPerCall);
    checkPart("project", project);
    checkPart("region", region);
    checkPart("apiVersion", apiVersion);
    var spoken = Protocol.of(protocol).orElseThrow();
    if (vendor != null && Vendors.find(spoken, vendor).isEmpty()) {
      throw new IllegalArgumentException(
          "vendor must be one that speaks this protocol, of " + Vendors.names(spoken));
    }
    if (spoken == Protocol.AZURE_OPENAI
        && (apiVersion == null || !AZURE_VERSION.matcher(apiVersion).matches())) {
      throw new IllegalArgumentException(
          "apiVersion must be v1, or a date such as 2024-10-21 or 2025-04-01-preview");
    }
    if (forwardHeaders != null && !FORWARDED.containsAll(lowerCase(forwardHeaders))) {
      throw new IllegalArgumentException(
          "forwardHeaders may name HTTP-Referer, X-OpenRouter-Title, X-Title and X-Request-ID");
    }
    if (spoken == Protocol.VERTEX) {
      checkCloud("project", project, CLOUD_PROJECT);
      checkCloud("region", region, CLOUD_REGION);
    }
    if (spoken == Protocol.BEDROCK) {
      checkCloud("region", region, CLOUD_REGION);
    }
    if (baseUrl == null && base(spoken, vendor, region).isEmpty()) {
      throw new IllegalArgumentException(
          "this protocol has no usual place: give baseUrl, or region where a cloud has regions");
    }
    if (baseUrl != null) {
      checkUrl(baseUrl, Boolean.TRUE.equals(allowPlaintext));
    }
  }

  Provider named(String name) {
    var spoken = Protocol.of(String.valueOf(protocol)).orElseThrow();
    var base =
        baseUrl == null ? base(spoken, vendor, region).orElseThrow() : URI.create(trimmed(baseUrl));
    var seconds = timeoutSeconds == null ? DEFAULT_TIMEOUT_SECONDS : timeoutSeconds;
    return new Provider(
        name,
        spoken,
        base,
        named(),
        Duration.ofSeconds(seconds),
        forwardHeaders == null ? Set.of() : lowerCase(forwardHeaders),
        Optional.ofNullable(firstTokenSeconds).map(Duration::ofSeconds),
        Optional.ofNullable(unknownPriceUsdPerMillion)
            .map(usd -> PriceSpec.ceiling(usd, Optional.ofNullable(unknownHostedToolUsdPerCall))),
        Optional.ofNullable(unknownHostedToolUsdPerCall),
        site(spoken));
  }

  private Site site(Protocol spoken) {
    var usual =
        Vendors.find(spoken, vendor == null ? spoken.label() : vendor)
            .map(Vendors.Vendor::quirks)
            .orElse(Quirks.NONE);
    return new Site(
        Optional.ofNullable(project),
        Optional.ofNullable(region),
        Optional.ofNullable(apiVersion),
        Optional.empty(),
        Site.Api.CHAT,
        quirks == null ? usual : quirks.over(usual));
  }

  private static Optional<URI> base(
      Protocol spoken, @Nullable String vendor, @Nullable String region) {
    return Optional.ofNullable(vendor)
        .flatMap(name -> Vendors.find(spoken, name))
        .flatMap(Vendors.Vendor::baseUrl)
        .map(URI::create)
        .or(() -> spoken.defaultBase(Optional.ofNullable(region)));
  }

  private static Set<String> lowerCase(List<String> names) {
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }

  private List<String> named() {
    return credentials != null
        ? credentials
        : Optional.ofNullable(credential).map(List::of).orElse(List.of());
  }

  private static void checkPart(String field, @Nullable String value) {
    if (value != null && !PART.matcher(value).matches()) {
      throw new IllegalArgumentException(field + " must be 1 to 64 of A-Z a-z 0-9 . : -");
    }
  }

  private static void checkCloud(String field, @Nullable String value, Pattern form) {
    if (value == null || !form.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "%s must be given, as the cloud names it".formatted(field));
    }
  }

  private static String trimmed(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private static void checkUrl(String text, boolean allowPlaintext) {
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("baseUrl must be a URL such as https://host/v1");
    }
    var scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (url.getHost() == null
        || !(scheme.equals("https") || scheme.equals("http"))
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "baseUrl must be http or https with a host, and without user, query or fragment");
    }
    if (scheme.equals("http") && !LOOPBACK.contains(url.getHost()) && !allowPlaintext) {
      throw new IllegalArgumentException(
          "baseUrl would send the credential in the clear; use https, or set allowPlaintext: true");
    }
  }
}
