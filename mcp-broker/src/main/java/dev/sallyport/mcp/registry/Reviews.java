package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.definition.CanonicalForm;
import dev.sallyport.mcp.definition.DefinitionDiff;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts beside each definition of a server what was approved before it. For one thread. */
final class Reviews {
  /** How alike two descriptions are that are taken for the same one, mended. */
  private static final double ALIKE = 0.8;

  private final List<DescribedItem> items;
  private final Shadows shadows;
  private final Map<ItemKey, List<DescribedItem>> approved = new HashMap<>();
  private final List<DescribedItem> gone = new ArrayList<>();
  private final Set<ItemKey> away;

  Reviews(List<DescribedItem> items, Shadows shadows) {
    this.items = items;
    this.shadows = shadows;
    away = Gone.of(items.stream().map(DescribedItem::record).toList());
    for (var item : items) {
      if (item.record().status() == ItemStatus.APPROVED) {
        approved.computeIfAbsent(item.record().key(), _ -> new ArrayList<>()).add(item);
      }
      if (isGone(item.record())) {
        gone.add(item);
      }
    }
  }

  List<Review> all() {
    return items.stream().map(this::of).toList();
  }

  private Review of(DescribedItem item) {
    if (!item.record().waits()) {
      return new Review(item, Optional.empty(), Optional.empty(), List.of(), isGone(item.record()));
    }
    var definition = tree(item);
    var flags = shadows.flags(item.record().key(), definition);
    var before = approved.getOrDefault(item.record().key(), List.of()).stream().max(byDecision());
    if (before.isPresent()) {
      var diff = difference(tree(before.get()), definition);
      return new Review(item, before, Optional.of(diff), flags, false);
    }
    var other =
        gone.stream()
            .filter(one -> one.record().key().kind() == item.record().key().kind())
            .filter(one -> alike(tree(one), definition))
            .max(byDecision());
    var diff = other.map(one -> DefinitionDiff.of(tree(one), definition).suspected());
    return new Review(item, other, diff, flags, false);
  }

  private boolean isGone(ItemRecord known) {
    return known.status() == ItemStatus.APPROVED && away.contains(known.key());
  }

  private static DefinitionDiff difference(ObjectNode before, ObjectNode after) {
    return CanonicalForm.of(before).equals(CanonicalForm.of(after))
        ? DefinitionDiff.moved()
        : DefinitionDiff.of(before, after);
  }

  private static boolean alike(ObjectNode one, ObjectNode other) {
    var schema = one.path("inputSchema");
    boolean sameSchema =
        !schema.path("properties").isEmpty()
            && CanonicalForm.schema(schema).equals(CanonicalForm.schema(other.path("inputSchema")));
    return sameSchema || DefinitionDiff.similarity(text(one), text(other)) >= ALIKE;
  }

  private static String text(JsonNode definition) {
    return definition.path("description").asText();
  }

  private static Comparator<DescribedItem> byDecision() {
    return Comparator.comparing(item -> item.record().decidedAt().orElse(Instant.EPOCH));
  }

  private static ObjectNode tree(DescribedItem item) {
    return Approved.parsed(item.definition().getBytes(StandardCharsets.UTF_8));
  }
}
