package dev.sallyport.llm.catalog;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The spec of a {@code Provider}, as written. */
record ProviderSpec(
    @Nullable String protocol,
    @Nullable String baseUrl,
    @Nullable String credential,
    @Nullable Integer timeoutSeconds,
    @Nullable Boolean allowPlaintext) {
  private static final int DEFAULT_TIMEOUT_SECONDS = 300;
  private static final int MAX_TIMEOUT_SECONDS = 3_600;
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  ProviderSpec {
    if (timeoutSeconds != null && (timeoutSeconds < 1 || timeoutSeconds > MAX_TIMEOUT_SECONDS)) {
      throw new IllegalArgumentException(
          "timeoutSeconds must be 1 to %d: %d".formatted(MAX_TIMEOUT_SECONDS, timeoutSeconds));
    }
    if (protocol == null || Protocol.of(protocol).isEmpty()) {
      throw new IllegalArgumentException("protocol must be openai or anthropic");
    }
    if (baseUrl != null) {
      checkUrl(baseUrl, Boolean.TRUE.equals(allowPlaintext));
    }
  }

  Provider named(String name) {
    var spoken = Protocol.of(String.valueOf(protocol)).orElseThrow();
    var base = baseUrl == null ? spoken.defaultBase() : URI.create(trimmed(baseUrl));
    var seconds = timeoutSeconds == null ? DEFAULT_TIMEOUT_SECONDS : timeoutSeconds;
    return new Provider(
        name, spoken, base, Optional.ofNullable(credential), Duration.ofSeconds(seconds));
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
