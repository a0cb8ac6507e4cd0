package dev.sallyport.identity.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The web origins whose pages may call: those on this machine, and those configured. A request
 * without an {@code Origin} header is not from a page.
 */
public final class Origins {
  private static final Pattern LOOPBACK =
      Pattern.compile("https?://(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?");

  private final Set<String> allowed;

  /**
   * Origins beside those on this machine.
   *
   * @param allowed each {@code scheme://host[:port]}, without a path
   */
  public Origins(Set<String> allowed) {
    this.allowed =
        allowed.stream()
            .map(origin -> origin.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether a request with these {@code Origin} headers may go on. */
  boolean allow(List<String> headers) {
    return headers.isEmpty() || page(headers).isPresent();
  }

  /**
   * The origin whose page sent these {@code Origin} headers; empty if no page that may call did.
   */
  Optional<String> page(List<String> headers) {
    return headers.size() == 1 && isAllowed(headers.getFirst().toLowerCase(Locale.ROOT))
        ? Optional.of(headers.getFirst())
        : Optional.empty();
  }

  private boolean isAllowed(String origin) {
    return LOOPBACK.matcher(origin).matches() || allowed.contains(origin);
  }
}
