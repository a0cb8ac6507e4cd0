package dev.sallyport.identity.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/**
 * What evidence holds of the arguments of a call.
 *
 * @param tree the arguments, as far as they are known; never changed
 * @param whole whether that is all of them
 * @param known by JSON pointer, the places of which it is known what stands there, or that nothing
 *     does; more than these are where they are whole
 * @param redacted whether something was taken out of them
 */
public record RecordedArguments(
    ObjectNode tree, boolean whole, Set<String> known, boolean redacted) {
  /** Nothing is known of them. */
  static final RecordedArguments NONE =
      new RecordedArguments(JsonNodeFactory.instance.objectNode(), false, Set.of(), false);

  /** There were none. */
  static final RecordedArguments EMPTY =
      new RecordedArguments(JsonNodeFactory.instance.objectNode(), true, Set.of(), false);

  private static final String NO_ARGUMENTS = "{}";

  public RecordedArguments {
    known = Set.copyOf(known);
  }

  /** Reads the field {@code args} of a record. */
  static RecordedArguments of(JsonNode args) {
    boolean redacted = args.path("redacted").asBoolean();
    if (args.path("value") instanceof ObjectNode value) {
      return new RecordedArguments(value, true, Set.of(), redacted);
    }
    if (args.path("parameters") instanceof ObjectNode parameters) {
      return parts(parameters, args.path("absent"), redacted);
    }
    return args.path("bytes").asInt() == NO_ARGUMENTS.length() ? EMPTY : NONE;
  }

  private static RecordedArguments parts(ObjectNode parameters, JsonNode absent, boolean redacted) {
    var tree = JsonNodeFactory.instance.objectNode();
    var known = new HashSet<String>();
    for (var part : parameters.properties()) {
      put(tree, part.getKey(), part.getValue());
      known.add(part.getKey());
    }
    absent.forEach(pointer -> known.add(pointer.asText()));
    return new RecordedArguments(tree, false, known, redacted);
  }

  private static void put(ObjectNode tree, String pointer, JsonNode value) {
    var at = tree;
    var rest = pointer;
    while (rest.indexOf('/', 1) > 0) {
      int end = rest.indexOf('/', 1);
      var name = name(rest.substring(1, end));
      at = at.path(name) instanceof ObjectNode inner ? inner : at.putObject(name);
      rest = rest.substring(end);
    }
    at.set(name(rest.substring(1)), value);
  }

  private static String name(String written) {
    return written.replace("~1", "/").replace("~0", "~");
  }

  /** Whether it is known what stands at a place. */
  public boolean tells(String pointer) {
    return whole || known.stream().anyMatch(one -> pointer.equals(one) || isIn(pointer, one));
  }

  private static boolean isIn(String pointer, String outer) {
    return pointer.startsWith(outer + "/");
  }
}
