package dev.sallyport.identity.grant;

import dev.sallyport.identity.grant.ToolBindingSpec.Bound;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.uri.ResourceUri;
import dev.sallyport.identity.uri.UriTemplate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns tool bindings into what {@link PolicySet} looks up. One use. */
final class BindingCompiler {
  /** The most templates that are bound of one server: each is tried for a decision. */
  static final int MOST_TEMPLATES = 256;

  private static final String SEPARATORS = "/:?#&=";
  private static final String NO_FORM =
      "is nothing that can be compared: give a URI with its scheme, without . or .. or empty"
          + " segments, escaped slashes, backslashes and invisible characters";

  private final Mistakes mistakes;
  private final Map<String, Building> servers = new HashMap<>();
  private final Map<Key, Resource> bindingOf = new HashMap<>();

  /** One thing of one server that is bound. */
  private record Key(String server, String kind, String name) {}

  /** How URIs are named: the field, the text and its form. */
  private record Named(String field, String text, Optional<String> form) {}

  private static final class Building {
    private final Map<String, BoundAction> tools = new HashMap<>();
    private final Map<String, BoundAction> prompts = new HashMap<>();
    private final BoundUris.Builder uris = new BoundUris.Builder();
    private boolean bindsUris;
    private int templates;

    private ServerBindings build() {
      var bound = bindsUris ? Optional.of(uris.build()) : Optional.<BoundUris>empty();
      return new ServerBindings(tools, prompts, bound);
    }
  }

  BindingCompiler(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  Map<String, ServerBindings> servers() {
    return servers.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, one -> one.getValue().build()));
  }

  void add(Resource resource, ToolBindingSpec spec) {
    mistakes.check(resource, "/spec/server", spec.server(), Names::exact);
    if (spec.tools() == null && spec.prompts() == null && spec.resources() == null) {
      mistakes.add(resource, "/spec", "binds nothing: give tools, prompts or resources");
    }
    var server = servers.computeIfAbsent(spec.server(), _ -> new Building());
    addNamed(resource, spec.server(), "tool", spec.tools(), server.tools);
    addNamed(resource, spec.server(), "prompt", spec.prompts(), server.prompts);
    addUris(resource, spec, server);
  }

  private void addNamed(
      Resource resource,
      String server,
      String kind,
      @Nullable Map<String, Bound> written,
      Map<String, BoundAction> bound) {
    if (written == null) {
      return;
    }
    var field = "/spec/" + kind + "s";
    if (written.isEmpty()) {
      mistakes.add(resource, field, "is empty: bind a %s, or leave it out".formatted(kind));
    }
    for (var entry : written.entrySet()) {
      var place = field + "/" + entry.getKey().replace("~", "~0").replace("/", "~1");
      var action = action(resource, place, entry.getValue().resource(), entry.getValue().action());
      claim(resource, place, new Key(server, kind, entry.getKey()));
      bound.put(entry.getKey(), action);
    }
  }

  private void addUris(Resource resource, ToolBindingSpec spec, Building server) {
    if (spec.resources() == null) {
      return;
    }
    server.bindsUris = true;
    if (spec.resources().isEmpty()) {
      mistakes.add(resource, "/spec/resources", "is empty: bind a URI, or leave it out");
    }
    int at = 0;
    for (var written : spec.resources()) {
      var place = "/spec/resources/" + at++;
      var action = action(resource, place, written.resource(), written.action());
      named(resource, place, written)
          .ifPresent(named -> {
            var form = named.form().orElse("");
            if (form.isEmpty()) {
              mistakes.add(resource, place + "/" + named.field(), NO_FORM);
              return;
            }
            claim(resource, place, new Key(spec.server(), named.field(), form));
            switch (named.field()) {
              case "uri" -> server.uris.exact(form, action);
              case "prefix" -> server.uris.prefix(form, action);
              default -> addTemplate(resource, place, server, form, action);
            }
          });
    }
  }

  private void addTemplate(
      Resource resource, String place, Building server, String form, BoundAction action) {
    if (++server.templates > MOST_TEMPLATES) {
      mistakes.add(
          resource,
          place + "/template",
          "is one too many: at most %d templates of one server".formatted(MOST_TEMPLATES));
    }
    try {
      var _ = UriTemplate.of(form);
      server.uris.template(form, action);
    } catch (IllegalArgumentException e) {
      mistakes.add(resource, place + "/template", "is no URI template: " + e.getMessage());
    }
  }

  private Optional<Named> named(
      Resource resource, String place, ToolBindingSpec.BoundUris written) {
    var given =
        Stream.of(
                Optional.ofNullable(written.uri()).map(uri -> new Named("uri", uri, exact(uri))),
                Optional.ofNullable(written.prefix())
                    .map(prefix -> new Named("prefix", prefix, prefix(prefix))),
                Optional.ofNullable(written.template())
                    .map(text -> new Named("template", text, ResourceUri.ofTemplate(text))))
            .flatMap(Optional::stream)
            .toList();
    if (given.size() != 1) {
      mistakes.add(resource, place, "names URIs by one of uri, prefix and template");
      return Optional.empty();
    }
    return Optional.of(given.getFirst()).filter(named -> fits(resource, place, named));
  }

  private static Optional<String> exact(String uri) {
    return ResourceUri.of(uri).map(ResourceUri::toString);
  }

  /** The form of a prefix: that of a URI that begins with it, as far as it goes. */
  private static Optional<String> prefix(String prefix) {
    return exact(prefix + "x").map(form -> form.substring(0, form.length() - 1));
  }

  private boolean fits(Resource resource, String place, Named named) {
    var text = named.text();
    var at = place + "/" + named.field();
    boolean template = named.field().equals("template");
    if (template != text.contains("{")) {
      mistakes.add(
          resource, at, template ? "has no variable: use uri" : "has a variable: use template");
      return false;
    }
    if (named.field().equals("prefix") && (text.isEmpty() || !endsAName(text))) {
      mistakes.add(resource, at, "must end with / : ? # & or =, so that it does not cut a name");
      return false;
    }
    return true;
  }

  private static boolean endsAName(String prefix) {
    return SEPARATORS.indexOf(prefix.charAt(prefix.length() - 1)) >= 0;
  }

  private BoundAction action(Resource resource, String place, String name, String action) {
    mistakes.check(resource, place + "/resource", name, Names::exact);
    mistakes.check(resource, place + "/action", action, Names::exact);
    return new BoundAction(name, action);
  }

  private void claim(Resource resource, String place, Key key) {
    var other = bindingOf.putIfAbsent(key, resource);
    if (other != null) {
      mistakes.add(
          resource,
          place,
          "is bound by %s too: a %s is bound once".formatted(other.key(), key.kind()));
    }
  }
}
