package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.registry.RegisteredContent;
import dev.sallyport.mcp.registry.RegisteredItem;
import dev.sallyport.mcp.registry.RegisteredPrompt;
import dev.sallyport.mcp.registry.RegisteredTool;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.stream.Stream;

/**
 * The definitions that a caller has of one kind, in the order of what names them. Each is made when
 * it is looked at. Never changed.
 */
final class View extends AbstractList<ObjectNode> implements RandomAccess {
  static final View EMPTY = new View(List.of(), false, 1);

  private final List<Line> lines;
  private final boolean contained;
  private final int fingerprint;

  /** One that is listed. */
  private sealed interface Line {
    /** What names it. */
    String name();

    ObjectNode definition();

    /** What was approved, under the name that its server gives it. */
    record Own(String name, RegisteredItem item) implements Line {
      @Override
      public ObjectNode definition() {
        return item.definition();
      }
    }

    /** What was approved, under the name that it has beside what other servers have. */
    record Exposed(String name, RegisteredItem item) implements Line {
      @Override
      public ObjectNode definition() {
        return switch (item) {
          case RegisteredTool tool -> tool.exposedDefinition();
          case RegisteredPrompt prompt -> prompt.exposedDefinition();
          case RegisteredItem other -> ExposedUri.of(other.server().name(), other.definition());
        };
      }
    }

    /** A tool of Sallyport's own. */
    record BuiltIn(String name, ObjectNode definition) implements Line {}
  }

  private View(List<Line> lines, boolean contained, int fingerprint) {
    this.lines = lines;
    this.contained = contained;
    this.fingerprint = fingerprint;
  }

  /** A view of items, under their own names or under those that they have beside others. */
  static View of(Stream<? extends RegisteredItem> items, boolean exposed) {
    var lines = new ArrayList<Line>();
    boolean contained = false;
    int fingerprint = 1;
    for (var each = items.iterator(); each.hasNext(); ) {
      RegisteredItem item = each.next();
      lines.add(
          exposed
              ? new Line.Exposed(exposedName(item), item)
              : new Line.Own(item.key().name(), item));
      contained |= Entitlements.isContained(item);
      fingerprint = 31 * fingerprint + Objects.hash(item.server().name(), item.key(), item.pin());
    }
    return new View(sorted(lines), contained, fingerprint);
  }

  /** This with tools of Sallyport's own. */
  View with(Collection<ObjectNode> tools) {
    var all = new ArrayList<>(lines);
    tools.forEach(tool -> all.add(new Line.BuiltIn(tool.path("name").asText(), tool)));
    return new View(sorted(all), contained, fingerprint);
  }

  private static List<Line> sorted(List<Line> lines) {
    lines.sort(Comparator.comparing(Line::name));
    return List.copyOf(lines);
  }

  private static String exposedName(RegisteredItem item) {
    return switch (item) {
      case RegisteredTool tool -> tool.exposedName();
      case RegisteredPrompt prompt -> prompt.exposedName();
      case RegisteredContent content -> ExposedUri.text(content.server().name(), content.uri());
      case RegisteredItem other -> other.key().name();
    };
  }

  /** Whether anything in it goes into quarantine when it is used. */
  boolean isContained() {
    return contained;
  }

  /** A number that changes when what is listed changes, and hardly ever stays the same then. */
  int fingerprint() {
    return fingerprint;
  }

  @Override
  public ObjectNode get(int index) {
    return lines.get(index).definition();
  }

  @Override
  public int size() {
    return lines.size();
  }
}
