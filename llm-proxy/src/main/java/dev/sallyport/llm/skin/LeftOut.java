package dev.sallyport.llm.skin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.UnreadMembers;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Names what an answer in chat form says that the form of its caller has no place for, such as
 * {@code images}. For one answer, and one thread.
 */
public final class LeftOut {
  private static final String BESIDE = "sallyport";
  private static final String NAMES = "left_out";

  /** As members are called. Providers choose the names: others might tell of anything. */
  private static final Pattern NAME = Pattern.compile("[a-z_]{1,40}");

  private static final int MOST_NAMES = 16;

  /** What is told of members of other names, and of those that are too many. */
  private static final String OTHERS = "others";

  private final Set<String> carried;
  private final TreeSet<String> names = new TreeSet<>();

  /**
   * Nothing is left out yet.
   *
   * @param carried the members of a message that the caller's form has a place for
   */
  public LeftOut(Set<String> carried) {
    this.carried = Set.copyOf(carried);
  }

  /** Looks through a message, or a delta of one. */
  public void look(JsonNode said) {
    for (var member : said.properties()) {
      if (!carried.contains(member.getKey()) && says(member.getValue())) {
        add(member.getKey());
      }
    }
  }

  /** Names one member of a message. */
  public void add(String name) {
    boolean more = NAME.matcher(name).matches() && names.size() < MOST_NAMES;
    names.add(more || names.contains(name) ? name : OTHERS);
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

  private static boolean says(JsonNode value) {
    return UnreadMembers.saysSomething(value)
        && !(value.isTextual() && value.textValue().isEmpty());
  }
}
