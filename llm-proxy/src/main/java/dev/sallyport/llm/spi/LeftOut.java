package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Names what an answer says that the form it is translated to has no place for, such as {@code
 * images}. For one answer, and one thread.
 */
public final class LeftOut {
  /** What stands beside an answer and is said by nobody but the gateway. */
  public static final String BESIDE = "sallyport";

  private static final String NAMES = "left_out";

  /** As members are called. Providers choose the names: others might tell of anything. */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z_]{1,40}(?:\\.(?:[A-Za-z_]{1,40}|cache_write_1h_tokens)){0,5}");

  /** Where what is said stands in an answer in chat form; its callers know it without that. */
  private static final Pattern OF_CHAT = Pattern.compile("^choices\\.(?:(?:message|delta)\\.)?");

  private static final int MOST_NAMES = 64;

  /** What is told of members of other names, and of those that are too many. */
  private static final String OTHERS = "others";

  private final Members members;
  private final TreeSet<String> names = new TreeSet<>();

  /** Nothing is left out yet, and only others will name what is. */
  public LeftOut() {
    this(new Members(Map.of(), Map.of(), Set.of()));
  }

  /**
   * Nothing is left out yet.
   *
   * @param members what is read of the answer
   */
  public LeftOut(Members members) {
    this.members = members;
  }

  /**
   * Looks through a part of an answer.
   *
   * @param place of the part; empty for the answer itself, or an event of one
   */
  public void look(String place, JsonNode said) {
    members.unread(
        place,
        said,
        (name, value) -> {
          if (says(value)) {
            add(name);
          }
        });
  }

  /** Names one member by its place. */
  public void add(String place) {
    var name = OF_CHAT.matcher(place).replaceFirst("");
    boolean more = NAME.matcher(name).matches() && names.size() < MOST_NAMES;
    names.add(more || names.contains(name) ? name : OTHERS);
  }

  /** Takes the names of what an earlier translation left out, as an answer of its tells them. */
  public void take(JsonNode answer) {
    answer.path(BESIDE).path(NAMES).forEach(name -> add(name.asText("")));
  }

  /** Tells of what was left out so far, if that is anything, in {@code sallyport} of an object. */
  public void tell(ObjectNode answer) {
    if (!names.isEmpty()) {
      var beside =
          answer.get(BESIDE) instanceof ObjectNode before ? before : answer.putObject(BESIDE);
      var told = beside.putArray(NAMES);
      names.forEach(told::add);
    }
  }

  /** Whether it does: what is off, empty or none of something is nothing. */
  private static boolean says(JsonNode value) {
    if (value.isContainerNode()) {
      return value.valueStream().anyMatch(LeftOut::says);
    }
    return UnreadMembers.saysSomething(value)
        && !(value.isTextual() && value.textValue().isEmpty())
        && !(value.isNumber() && value.asDouble() == 0);
  }
}
