package dev.sallyport.identity;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The resources of this gateway that tokens are for: the gateway as a whole, and each of its MCP
 * endpoints. Each is known by its path; that of the whole is empty. Source: RFC 9728, section 2.
 */
public final class ProtectedResource {
  private static final Pattern MCP = Pattern.compile("/mcp(/[a-z0-9][a-z0-9._-]{0,62})?");
  private static final Pattern ADDRESS = Pattern.compile("https?://.+");

  private ProtectedResource() {}

  /** The resource that a path belongs to. */
  public static String of(String path) {
    return MCP.matcher(path).matches() ? path : "";
  }

  /**
   * The resources that a token may be sent to: all where it names this gateway; else those MCP
   * endpoints that it names, by an address of this gateway and their path. Source: RFC 8707.
   *
   * @param audiences those of the token
   * @param names those of this gateway
   * @return the paths, empty for all; nothing where the token is not for this gateway
   */
  public static Optional<Set<String>> named(Collection<String> audiences, Set<String> names) {
    if (audiences.stream().anyMatch(names::contains)) {
      return Optional.of(Set.of());
    }
    var endpoints =
        names.stream()
            .filter(name -> ADDRESS.matcher(name).matches())
            .flatMap(name -> audiences.stream()
                .filter(audience -> audience.startsWith(name))
                .map(audience -> audience.substring(name.length())))
            .filter(path -> MCP.matcher(path).matches())
            .collect(Collectors.toUnmodifiableSet());
    return Optional.of(endpoints).filter(paths -> !paths.isEmpty());
  }
}
