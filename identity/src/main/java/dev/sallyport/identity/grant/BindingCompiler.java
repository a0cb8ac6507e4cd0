package dev.sallyport.identity.grant;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.condition.ArgumentTypes;
import dev.sallyport.identity.grant.ToolBindingSpec.BoundTool;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.SpecReader;
import dev.sallyport.identity.uri.ResourceUri;
import dev.sallyport.identity.uri.UriTemplate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns tool bindings into what {@link PolicySet} looks up. One use. */
final class BindingCompiler {
  /** The most templates that are bound of one server: each is tried for a decision. */
  static final int MOST_TEMPLATES = 256;

  private static final int MOST_POINTER = 256;
  private static final String SEPARATORS = "/:?#&=";
  private static final String NO_FORM =
      "is nothing that can be compared: give a URI with its scheme, without . or .. or empty"
          + " segments, escaped slashes, backslashes and invisible characters";

  private final Mistakes mistakes;
  private final DemandCompiler demands;
  private final Unfit unfit;
  private final Predicate<String> isServer;
  private final ToolSchemas schemas;
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
    private final List<Demand> demands = new ArrayList<>();
    private final Map<String, Demand> toolDemands = new HashMap<>();
    private boolean bindsUris;
    private int templates;

    private ServerBindings build() {
      var bound = bindsUris ? Optional.of(uris.build()) : Optional.<BoundUris>empty();
      return new ServerBindings(tools, prompts, bound, demands, toolDemands);
    }
  }

  /**
   * A compiler.
   *
   * @param isServer which names are those of servers
   * @param unfit what does not fit the tools that there are
   */
  BindingCompiler(Mistakes mistakes, Predicate<String> isServer, Unfit unfit, ToolSchemas schemas) {
    this.isServer = isServer;
    this.mistakes = mistakes;
    this.demands = new DemandCompiler(mistakes);
    this.unfit = unfit;
    this.schemas = schemas;
  }

  Map<String, ServerBindings> servers() {
    servers
        .values()
        .forEach(server -> demands.checkPossible(server.demands, server.toolDemands.values()));
    return servers.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, one -> one.getValue().build()));
  }

  void add(Resource resource, ToolBindingSpec spec) {
    mistakes.check(resource, "/spec/server", spec.server(), Names::exact);
    if (spec.tools() == null
        && spec.prompts() == null
        && spec.resources() == null
        && spec.token() == null) {
      mistakes.add(resource, "/spec", "binds nothing: give tools, prompts, resources or token");
    }
    var server = building(spec.server());
    demands.demand(resource, "/spec/token", spec.token()).ifPresent(server.demands::add);
    addNamed(resource, spec.server(), "tool", spec.tools(), server.tools, this::tool);
    addNamed(
        resource,
        spec.server(),
        "prompt",
        spec.prompts(),
        server.prompts,
        (_, place, key, bound) ->
            action(resource, place, key.server(), bound.resource(), bound.action()));
    addUris(resource, spec, server);
  }

  private Building building(String server) {
    return servers.computeIfAbsent(server, _ -> new Building());
  }

  /** What something stands for that is bound by its name. */
  @FunctionalInterface
  private interface Binding<T> {
    BoundAction of(Resource resource, String place, Key key, T written);
  }

  private <T> void addNamed(
      Resource resource,
      String server,
      String kind,
      @Nullable Map<String, T> written,
      Map<String, BoundAction> bound,
      Binding<T> binding) {
    if (written == null) {
      return;
    }
    var field = "/spec/" + kind + "s";
    if (written.isEmpty()) {
      mistakes.add(resource, field, "is empty: bind a %s, or leave it out".formatted(kind));
    }
    for (var entry : written.entrySet()) {
      var place = field + "/" + escaped(entry.getKey());
      var key = new Key(server, kind, entry.getKey());
      claim(resource, place, key);
      bound.put(entry.getKey(), binding.of(resource, place, key, entry.getValue()));
    }
  }

  /** A tool, which its server has if that is known, with arguments that it has. */
  private BoundAction tool(Resource resource, String place, Key key, BoundTool written) {
    var bound = action(resource, place, key.server(), written.resource(), written.action());
    var tools = schemas.tools(key.server());
    if (tools.isPresent() && !tools.get().containsKey(key.name())) {
      unfit.add(
          resource,
          place,
          "is no tool of %s%s".formatted(key.server(), near(key.name(), tools.get().keySet())));
    }
    var schema = tools.flatMap(all -> Optional.ofNullable(all.get(key.name())));
    var parameters = new HashMap<String, JsonPointer>();
    if (written.parameters() != null) {
      written
          .parameters()
          .forEach((name, text) ->
              pointer(resource, place + "/parameters/" + escaped(name), name, text, schema)
                  .ifPresent(pointer -> parameters.put(name, pointer)));
    }
    demands
        .demand(resource, place + "/token", written.token())
        .ifPresent(demand -> building(key.server()).toolDemands.put(key.name(), demand));
    return new BoundAction(bound.resource(), bound.action(), parameters);
  }

  private Optional<JsonPointer> pointer(
      Resource resource, String place, String name, String text, Optional<JsonNode> schema) {
    mistakes.check(resource, place, name, Names::parameter);
    if (text.length() > MOST_POINTER || !text.startsWith("/")) {
      mistakes.add(resource, place, "must be a JSON pointer into the arguments, such as /limit");
      return Optional.empty();
    }
    var pointer = JsonPointer.compile(text);
    if (schema.isPresent() && !ArgumentTypes.hasPlace(schema.get(), pointer)) {
      unfit.add(resource, place, "points at no argument of the tool: " + text);
    }
    return Optional.of(pointer);
  }

  private static String near(String name, Set<String> known) {
    return SpecReader.nearest(name, known).map(one -> "; did you mean " + one + "?").orElse("");
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
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
      var action = action(resource, place, spec.server(), written.resource(), written.action());
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

  /** What is not bound is an action of its server: no other server's is one of the same name. */
  private BoundAction action(
      Resource resource, String place, String server, String name, String action) {
    mistakes.check(resource, place + "/resource", name, Names::exact);
    if (!name.equals(server) && isServer.test(name)) {
      mistakes.add(
          resource,
          place + "/resource",
          "is the name of McpServer/%s, whose own tools would be granted with it".formatted(name));
    }
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
