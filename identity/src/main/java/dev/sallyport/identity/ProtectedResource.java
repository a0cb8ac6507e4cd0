package dev.sallyport.identity;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The resources of this gateway that tokens are for: the gateway as a whole, each of its MCP
 * endpoints, and the control plane, which is not a part of that whole. Each is known by its path;
 * that of the whole is empty. Source: RFC 9728, section 2.
 */
public final class ProtectedResource {
  /** The control plane. */
  public static final String CONTROL_PLANE = "/admin";

  private static final Pattern MCP = Pattern.compile("/mcp(/[a-z0-9][a-z0-9._-]{0,62})?");
  private static final Pattern ADDRESS = Pattern.compile("https?://.+");

  private ProtectedResource() {}

  /** The resource that a path belongs to. */
  public static String of(String path) {
    return MCP.matcher(path).matches() ? path : "";
  }

  /**
   * Whether a token may be sent to a resource. The control plane takes those that are for it and
   * for nothing else: what is sent to agents, or by them, is never for it.
   *
   * @param paths those that the token may be sent to; empty for all but the control plane
   */
  public static boolean takes(String resource, Set<String> paths) {
    return resource.equals(CONTROL_PLANE)
        ? paths.equals(Set.of(CONTROL_PLANE))
        : paths.isEmpty() || paths.contains(resource);
  }

  /**
   * The resources that a token may be sent to: all where it names this gateway; else those MCP
   * endpoints that it names, by an address of this gateway and their path, and the control plane,
   * by any name of this gateway and its path. Source: RFC 8707.
   *
   * @param audiences those of the token
   * @param names those of this gateway
   * @return the paths, empty for all but the control plane; nothing where the token is not for this
   *     gateway
   */
  public static Optional<Set<String>> named(Collection<String> audiences, Set<String> names) {
    if (audiences.stream().anyMatch(names::contains)) {
      return Optional.of(Set.of());
    }
    var endpoints =
        names.stream()
            .flatMap(name ->
                audiences.stream()
                    .filter(audience -> audience.startsWith(name))
                    .map(audience -> audience.substring(name.length()))
                    .filter(path -> isResource(name, path)))
            .collect(Collectors.toUnmodifiableSet());
    return Optional.of(endpoints).filter(paths -> !paths.isEmpty());
  }

  private static boolean isResource(String name, String path) {
    return path.equals(CONTROL_PLANE)
        || (ADDRESS.matcher(name).matches() && MCP.matcher(path).matches());
  }
}
