package dev.sallyport.identity.grant;

import dev.sallyport.identity.uri.ResourceUri;
import dev.sallyport.identity.uri.UriTemplate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the URIs of one server are bound to. All are compared in the form of {@link ResourceUri}. An
 * exact URI goes before all else; then that goes first of which the most characters are written
 * out, and of two alike a template before a prefix. What is bound without its fragment is bound
 * with any. Immutable.
 */
final class BoundUris {
  private final Map<String, BoundAction> exact;
  private final Map<String, BoundAction> prefixes;
  private final SortedSet<Integer> prefixLengths;
  private final List<Pattern> templates;

  /**
   * A template.
   *
   * @param start what is written out before its first variable
   * @param length how many of its characters are written out
   */
  private record Pattern(UriTemplate template, String start, int length, BoundAction action) {
    private static Pattern of(String text, BoundAction action) {
      int length = text.replaceAll("\\{[^{}]*}", "").length();
      var start = text.substring(0, text.indexOf('{'));
      return new Pattern(UriTemplate.of(text), start, length, action);
    }

    private boolean covers(ResourceUri uri) {
      return uri.toString().startsWith(start)
          && (template.covers(uri.text())
              || (!uri.fragment().isEmpty() && template.covers(uri.toString())));
    }
  }

  private BoundUris(
      Map<String, BoundAction> exact,
      Map<String, BoundAction> prefixes,
      Map<String, BoundAction> templates) {
    this.exact = Map.copyOf(exact);
    this.prefixes = Map.copyOf(prefixes);
    var lengths = new TreeSet<Integer>(Comparator.reverseOrder());
    prefixes.keySet().forEach(prefix -> lengths.add(prefix.length()));
    this.prefixLengths = Collections.unmodifiableSortedSet(lengths);
    this.templates =
        templates.entrySet().stream()
            .map(one -> Pattern.of(one.getKey(), one.getValue()))
            .sorted(Comparator.comparingInt(Pattern::length).reversed())
            .toList();
  }

  /** Collects what is bound, each in its form. */
  static final class Builder {
    private final Map<String, BoundAction> exact = new HashMap<>();
    private final Map<String, BoundAction> prefixes = new HashMap<>();
    private final Map<String, BoundAction> templates = new HashMap<>();

    void exact(String form, BoundAction action) {
      exact.put(form, action);
    }

    void prefix(String form, BoundAction action) {
      prefixes.put(form, action);
    }

    void template(String form, BoundAction action) {
      templates.put(form, action);
    }

    BoundUris build() {
      return new BoundUris(exact, prefixes, templates);
    }
  }

  /** All that is bound. */
  Collection<BoundAction> actions() {
    var all = new ArrayList<>(exact.values());
    all.addAll(prefixes.values());
    templates.forEach(template -> all.add(template.action()));
    return all;
  }

  /** What reading a URI means, if it is bound or cannot be compared. */
  Optional<Meaning> ofUri(String uri) {
    var found = ResourceUri.of(uri);
    if (found.isEmpty()) {
      return Optional.of(new Meaning.Unclear("unclear_uri"));
    }
    var form = found.get();
    var whole = form.toString();
    var named = Optional.ofNullable(exact.getOrDefault(whole, exact.get(form.text())));
    if (named.isPresent()) {
      return named.map(Meaning.class::cast);
    }
    // a folder without its last slash is still the folder
    var prefix = longer(longestPrefix(whole), longestPrefix(form.text() + "/"));
    return ofTemplates(form, prefix.map(String::length).orElse(0))
        .or(() -> prefix.map(prefixes::get));
  }

  /** What a template of a server means, if it is bound or cannot be compared. */
  Optional<Meaning> ofTemplate(String template) {
    var form = ResourceUri.ofTemplate(template);
    if (form.isEmpty()) {
      return Optional.of(new Meaning.Unclear("unclear_uri"));
    }
    return templates.stream()
        .filter(one -> one.template().toString().equals(form.get()))
        .map(Pattern::action)
        .findFirst()
        .or(() -> longestPrefix(form.get()).map(prefixes::get))
        .map(Meaning.class::cast);
  }

  /** The templates that say at least so much, if they say one thing. */
  private Optional<Meaning> ofTemplates(ResourceUri uri, int least) {
    var best = new ArrayList<Pattern>();
    for (var one : templates) {
      if (one.length() < least || (!best.isEmpty() && one.length() < best.getFirst().length())) {
        break;
      }
      if (one.covers(uri)) {
        best.add(one);
      }
    }
    if (best.stream().map(Pattern::action).distinct().count() > 1) {
      return Optional.of(new Meaning.Unclear("ambiguous_binding"));
    }
    return best.stream().map(Pattern::action).map(Meaning.class::cast).findFirst();
  }

  private Optional<String> longestPrefix(String uri) {
    return prefixLengths.stream()
        .filter(length -> length <= uri.length())
        .map(length -> uri.substring(0, length))
        .filter(prefixes::containsKey)
        .findFirst();
  }

  private static Optional<String> longer(Optional<String> one, Optional<String> other) {
    return one.filter(text -> text.length() >= other.map(String::length).orElse(0)).or(() -> other);
  }
}
