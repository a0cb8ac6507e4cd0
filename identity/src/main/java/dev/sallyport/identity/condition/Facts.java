package dev.sallyport.identity.condition;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.runtime.CelVariableResolver;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Circumstances;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What conditions are about, of one call and one policy. Values are made when they are asked for.
 * For one thread.
 */
public final class Facts implements CelVariableResolver {
  private static final String UNKNOWN = "arguments_unknown";

  private final Subject subject;
  private final Doing doing;
  private final JsonNode arguments;
  private final Circumstances circumstances;
  private @Nullable Object args;
  private @Nullable Boolean outOfRange;
  private final Object params;
  private final Object principal = new Who();
  private final Object context = new Context();

  /**
   * Who acts.
   *
   * @param owner of the policy's identity, or empty
   * @param team of the policy's identity, or empty
   * @param environment of the policy's identity, or empty
   */
  public record Subject(Principal principal, String owner, String team, String environment) {}

  /**
   * What is to be done.
   *
   * @param tool the tool's own name; empty if it is none
   * @param server its server; empty if there is none
   * @param parameters where the arguments stand that have a name for policies
   */
  public record Doing(
      String tool,
      String server,
      String resource,
      String action,
      Map<String, JsonPointer> parameters) {
    public Doing {
      parameters = Map.copyOf(parameters);
    }
  }

  /**
   * What conditions are about.
   *
   * @param arguments a missing node if they are not known: then whatever looks at them fails
   */
  public Facts(Subject subject, Doing doing, JsonNode arguments, Circumstances circumstances) {
    this.subject = subject;
    this.doing = doing;
    this.arguments = arguments;
    this.circumstances = circumstances;
    params = arguments.isMissingNode() ? new Unknown() : new Parameters();
  }

  @Override
  public Optional<Object> find(String name) {
    return switch (name) {
      case "args" -> Optional.of(arguments());
      case "params" -> Optional.of(params);
      case "principal" -> Optional.of(principal);
      case "ctx" -> Optional.of(context);
      case "tool" -> Optional.of(doing.tool());
      case "server" -> Optional.of(doing.server());
      case "resource" -> Optional.of(doing.resource());
      case "action" -> Optional.of(doing.action());
      default -> Optional.empty();
    };
  }

  private Object arguments() {
    var made = args;
    if (made == null) {
      made = arguments.isMissingNode() ? new Unknown() : JsonValues.of(arguments);
      args = made;
    }
    return made;
  }

  /**
   * Whether the arguments hold a number that conditions would see as another one. It goes on as it
   * was sent, so what looks at arguments fails. Looked for once.
   */
  boolean hasNumberOutOfRange() {
    var known = outOfRange;
    if (known == null) {
      known = JsonValues.holdsOutOfRange(arguments);
      outOfRange = known;
    }
    return known;
  }

  /**
   * What stands at a place such as {@code args.limit}, in words; empty if nothing does, or nothing
   * that a condition can look at.
   */
  public Optional<String> told(String place) {
    try {
      var names = List.of(place.split("\\.", -1));
      var value = find(names.getFirst());
      for (var name : names.subList(1, names.size())) {
        value =
            value.flatMap(outer ->
                outer instanceof Map<?, ?> fields && fields.containsKey(name)
                    ? Optional.ofNullable(fields.get(name))
                    : Optional.empty());
      }
      return value.map(one -> one instanceof String text ? "'" + text + "'" : one.toString());
    } catch (NoValueException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  /** In the place of arguments that are not known, nor whether there are any. */
  private static final class Unknown extends MapValue {
    @Override
    Set<String> names() {
      throw new NoValueException(UNKNOWN);
    }

    @Override
    public Optional<Object> find(String name) {
      throw new NoValueException(UNKNOWN);
    }

    @Override
    boolean has(String name) {
      throw new NoValueException(UNKNOWN);
    }
  }

  @SuppressWarnings("Immutable") // as MapValue says
  private final class Parameters extends MapValue {
    @Override
    Set<String> names() {
      return doing.parameters().keySet();
    }

    @Override
    public Optional<Object> find(String name) {
      var pointer = doing.parameters().get(name);
      return pointer == null
          ? Optional.empty()
          : Optional.of(arguments.at(pointer))
              .filter(node -> !node.isMissingNode())
              .map(JsonValues::of);
    }

    @Override
    boolean has(String name) {
      var pointer = doing.parameters().get(name);
      return pointer != null && !arguments.at(pointer).isMissingNode();
    }
  }

  @SuppressWarnings("Immutable") // as MapValue says
  private final class Who extends MapValue {
    @Override
    Set<String> names() {
      return Environment.PRINCIPAL.keySet();
    }

    @Override
    boolean has(String name) {
      return Environment.PRINCIPAL.containsKey(name);
    }

    @Override
    public Optional<Object> find(String name) {
      var who = subject.principal();
      var id = who.id().value();
      int start = id.indexOf("://") + 3;
      int slash = start < 3 ? -1 : id.indexOf('/', start);
      return switch (name) {
        case "id" -> Optional.of(id);
        case "domain" -> Optional.of(slash < 0 ? "" : id.substring(start, slash));
        case "path" -> Optional.of(slash < 0 ? "" : id.substring(slash));
        case "method" -> Optional.of(who.method().label());
        case "scopes" -> Optional.of(List.copyOf(who.scopes()));
        case "user" -> Optional.of(who.delegation().map(one -> one.user().value()).orElse(""));
        case "owner" -> Optional.of(subject.owner());
        case "team" -> Optional.of(subject.team());
        case "environment" -> Optional.of(subject.environment());
        default -> Optional.empty();
      };
    }
  }

  @SuppressWarnings("Immutable") // as MapValue says
  private final class Context extends MapValue {
    @Override
    Set<String> names() {
      return Environment.CONTEXT.keySet();
    }

    @Override
    boolean has(String name) {
      return Environment.CONTEXT.containsKey(name);
    }

    @Override
    public Optional<Object> find(String name) {
      return switch (name) {
        case "time" -> Optional.of(circumstances.time());
        case "source" -> Optional.of(circumstances.source().orElse(""));
        case "label" -> Optional.of(circumstances.label());
        case "calls" -> Optional.of(circumstances.calls());
        default -> Optional.empty();
      };
    }
  }
}
