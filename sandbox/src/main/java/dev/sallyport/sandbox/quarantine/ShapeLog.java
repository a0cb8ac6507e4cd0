package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.contract.FieldPath;
import dev.sallyport.sandbox.contract.FieldPath.AnyMember;
import dev.sallyport.sandbox.contract.FieldPath.Item;
import dev.sallyport.sandbox.contract.FieldPath.Member;
import dev.sallyport.sandbox.contract.FieldPath.Step;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the results of each tool have looked like since the start, so that a first contract can be
 * suggested: {@link Shape}, never content. Bounded, and in memory only. Thread-safe.
 */
public final class ShapeLog {
  private static final int MAX_SOURCES = 1_000;
  private static final int MAX_FIELDS = 256;
  private static final int MAX_MEMBERS = 64;
  private static final int MAX_ITEMS = 50;
  private static final int MAX_LEVELS = 8;
  private static final int MAX_NODES = 2_000;

  /** After this many results of a tool, one in {@link #SAMPLE} is looked at. */
  private static final int ALL_OF = 200;

  private static final int SAMPLE = 16;

  /** A name that may be a field's; any other is as good as an entry of a map. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z_$@][A-Za-z0-9_$@:-]{0,63}");

  /** With which texts are hashed to tell them apart; gone with the process. */
  private final int salt = new SecureRandom().nextInt();

  /** The one used longest ago first. */
  private final LinkedHashMap<String, Source> sources = new LinkedHashMap<>(16, 0.75f, true);

  /** Looks at one result. */
  void observe(String source, JsonNode content) {
    source(source).observe(content, salt);
  }

  private Source source(String name) {
    synchronized (sources) {
      var source = sources.computeIfAbsent(name, _ -> new Source());
      if (sources.size() > MAX_SOURCES) {
        sources.pollFirstEntry();
      }
      return source;
    }
  }

  /**
   * The fields of the results of a tool, as they came up.
   *
   * @param source the tool, as {@code server/tool}
   */
  public Map<FieldPath, Shape> of(String source) {
    Optional<Source> known;
    synchronized (sources) {
      known = Optional.ofNullable(sources.get(source));
    }
    return known.map(Source::shapes).orElseGet(Map::of);
  }

  @Override
  public String toString() {
    return "ShapeLog[]";
  }

  /** The results of one tool. Thread-safe. */
  private static final class Source {
    private final Map<FieldPath, ShapeCount> fields = new LinkedHashMap<>();
    private long results;
    private int nodes;

    synchronized void observe(JsonNode content, int salt) {
      results++;
      if (results <= ALL_OF || results % SAMPLE == 0) {
        nodes = 0;
        visit(FieldPath.ROOT, content, salt);
      }
    }

    private void visit(FieldPath path, JsonNode node, int salt) {
      if (++nodes > MAX_NODES || (fields.size() >= MAX_FIELDS && !fields.containsKey(path))) {
        return;
      }
      fields.computeIfAbsent(path, _ -> new ShapeCount()).add(node, salt);
      if (path.steps().size() >= MAX_LEVELS) {
        return;
      }
      if (node.isArray()) {
        for (var i = 0; i < Math.min(node.size(), MAX_ITEMS); i++) {
          visit(then(path, new Item()), node.get(i), salt);
        }
      } else {
        var record = node.size() <= MAX_MEMBERS;
        for (var member : node.properties()) {
          var named = record && NAME.matcher(member.getKey()).matches();
          visit(
              then(path, named ? new Member(member.getKey()) : new AnyMember()),
              member.getValue(),
              salt);
        }
      }
    }

    synchronized Map<FieldPath, Shape> shapes() {
      Map<FieldPath, Shape> shapes = new LinkedHashMap<>();
      fields.forEach((path, count) -> shapes.put(path, count.shape(within(path))));
      return shapes;
    }

    /** In how many objects a field could have been; for what is no member, as often as it was. */
    private long within(FieldPath path) {
      if (path.steps().isEmpty() || !(path.steps().getLast() instanceof Member)) {
        return seen(path);
      }
      var parent = new FieldPath(path.steps().subList(0, path.steps().size() - 1));
      return Optional.ofNullable(fields.get(parent))
          .map(count -> count.count(Shape.Type.OBJECT))
          .orElse(0L);
    }

    private long seen(FieldPath path) {
      return Optional.ofNullable(fields.get(path)).map(ShapeCount::seen).orElse(0L);
    }

    private static FieldPath then(FieldPath path, Step step) {
      List<Step> steps = new ArrayList<>(path.steps());
      steps.add(step);
      return new FieldPath(steps);
    }
  }
}
