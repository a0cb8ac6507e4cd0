package dev.sallyport.gateway.resource;

import dev.sallyport.gateway.document.Nearest;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The kinds there are, and the other ways to write them: in lower case and as plurals. */
public final class KindNames {
  private final Set<String> kinds;

  public KindNames(Collection<String> kinds) {
    this.kinds = new TreeSet<>(kinds);
  }

  /** All kinds, in order. */
  public Set<String> all() {
    return Set.copyOf(kinds);
  }

  /** The kind meant by {@code McpServer}, {@code mcpserver} or {@code mcpservers}. */
  public Optional<String> find(String written) {
    var word = written.toLowerCase(Locale.ROOT);
    return kinds.stream()
        .filter(kind -> word.equals(kind.toLowerCase(Locale.ROOT)) || word.equals(plural(kind)))
        .findFirst();
  }

  /** Says that there is no such kind, and which may have been meant. */
  public String unknown(String written) {
    var hint = Nearest.hint(written, kinds);
    return "there is no kind "
        + written
        + (hint.isEmpty() ? "; the kinds are " + String.join(", ", kinds) : hint);
  }

  /** The plural in lower case, such as {@code agentpolicies}. */
  public static String plural(String kind) {
    var word = kind.toLowerCase(Locale.ROOT);
    return word.endsWith("y") && !word.endsWith("key")
        ? word.substring(0, word.length() - 1) + "ies"
        : word + "s";
  }
}
