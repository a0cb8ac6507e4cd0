package dev.sallyport.mcp.registry;

import dev.sallyport.identity.uri.ResourceUri;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The URIs that no template stands for: those of resources that the server lists and that may not
 * be used, and those of resources that were rejected, listed or not. Never changed.
 *
 * @param uris as the server wrote them, and in the form in which they are compared
 */
record Withheld(Set<String> uris) {
  static final Withheld NOTHING = new Withheld(Set.of());

  Withheld {
    uris = Set.copyOf(uris);
  }

  /**
   * What is withheld by what is known of a server.
   *
   * @param unfit the URIs of resources that it lists and that nobody can be shown
   */
  static Withheld of(List<ItemRecord> records, Set<String> unfit) {
    var uris = new HashSet<String>();
    for (var known : records) {
      if (known.key().kind() == ItemKind.RESOURCE && isWithheld(known)) {
        add(known.key().name(), uris);
      }
    }
    unfit.forEach(uri -> add(uri, uris));
    return uris.isEmpty() ? NOTHING : new Withheld(uris);
  }

  /**
   * Whether a URI is one of them, however it is spelled, with or without a fragment. One that
   * servers could read in more than one way may be any of them.
   */
  boolean holds(String uri) {
    return !uris.isEmpty()
        && (uris.contains(uri)
            || ResourceUri.of(uri)
                .map(form -> uris.contains(form.text()) || uris.contains(form.toString()))
                .orElse(true));
  }

  private static boolean isWithheld(ItemRecord known) {
    return known.waits() || known.status() == ItemStatus.REJECTED;
  }

  private static void add(String uri, Set<String> uris) {
    uris.add(uri);
    ResourceUri.of(uri).map(ResourceUri::toString).ifPresent(uris::add);
  }
}
