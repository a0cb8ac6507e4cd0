package dev.sallyport.identity.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.PrincipalId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Which refusals of a while are written in full: the first {@value #IN_FULL} of all strangers, and
 * as many of each of the first {@value #MOST_KNOWN} callers who are known, for whomever they act.
 * The callers after those have so many together. The rest is counted for each of these. So nobody
 * hides another, and the whole is bounded. For one thread at a time.
 */
public final class FullRecords {
  /** The most of one caller, of all strangers, or of all callers beyond the bound. */
  public static final int IN_FULL = 20;

  /** The most callers who are told apart. */
  public static final int MOST_KNOWN = 64;

  private static final String PRINCIPAL = "principal";
  private static final String COUNTS = "counts";

  private final Map<PrincipalId, Places> ofKnown = new TreeMap<>();
  private final Places ofStrangers = new Places();
  private final Places ofOthers = new Places();

  /**
   * Whether one more of somebody who is not known is written in full.
   *
   * @param what is counted if it is not; one of a small set
   */
  public boolean takeForStranger(String what) {
    return ofStrangers.take(what);
  }

  /**
   * Whether one more of this caller is written in full.
   *
   * @param what as in {@link #takeForStranger}
   */
  public boolean takeFor(PrincipalId known, String what) {
    return of(known).take(what);
  }

  private Places of(PrincipalId known) {
    var own = ofKnown.get(known);
    if (own == null && ofKnown.size() < MOST_KNOWN) {
      own = new Places();
      ofKnown.put(known, own);
    }
    return own == null ? ofOthers : own;
  }

  /**
   * What was not written in full: for each caller who is told apart the {@code principal} and its
   * {@code counts}, and at last those of all others together. Each is short enough for one record.
   */
  public List<ObjectNode> counts() {
    var counts = new ArrayList<ObjectNode>();
    ofKnown.forEach((known, places) -> {
      if (!places.counted.isEmpty()) {
        var facts = JsonNodeFactory.instance.objectNode().put(PRINCIPAL, known.value());
        counts.add(with(facts, places.counted));
      }
    });
    var rest = new TreeMap<>(ofStrangers.counted);
    ofOthers.counted.forEach((what, count) -> rest.merge(what, count, Long::sum));
    if (!rest.isEmpty()) {
      counts.add(with(JsonNodeFactory.instance.objectNode(), rest));
    }
    return counts;
  }

  /**
   * Counts once more, on top of what was counted since, what {@link #counts} gave and nobody wrote.
   * So that this is bounded, too, callers beyond the bound are counted with the strangers.
   */
  public void countAgain(List<ObjectNode> unwritten) {
    for (var facts : unwritten) {
      var known = facts.path(PRINCIPAL).asText();
      var places = known.isEmpty() ? ofStrangers : of(new PrincipalId(known));
      facts
          .path(COUNTS)
          .properties()
          .forEach(it -> places.add(it.getKey(), it.getValue().asLong()));
    }
  }

  /**
   * Writes what {@link #counts} gave, up to the first that fails, which is thrown on.
   *
   * @param write writes one
   * @param keep is given those that were not written, if there are any
   */
  public static void write(
      List<ObjectNode> counts, Consumer<ObjectNode> write, Consumer<List<ObjectNode>> keep) {
    int written = 0;
    try {
      for (var facts : counts) {
        write.accept(facts);
        written++;
      }
    } finally {
      if (written < counts.size()) {
        keep.accept(counts.subList(written, counts.size()));
      }
    }
  }

  private static ObjectNode with(ObjectNode facts, Map<String, Long> counted) {
    var counts = facts.putObject(COUNTS);
    counted.forEach(counts::put);
    return facts;
  }

  private static final class Places {
    private final Map<String, Long> counted = new TreeMap<>();
    private int taken;

    private boolean take(String what) {
      boolean free = taken < IN_FULL;
      if (free) {
        taken++;
      } else {
        add(what, 1);
      }
      return free;
    }

    private void add(String what, long count) {
      counted.merge(what, count, Long::sum);
    }
  }
}
