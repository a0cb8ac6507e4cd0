package dev.sallyport.llm.budget;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What the database is to be asked for next.
 *
 * @param shares of all accounts that are asked for, and others that are to be saved
 * @param all whether nothing is to be kept that is not held
 * @param settled told when it is done, if somebody waits for that
 */
record Work(
    List<Asked> asked,
    Collection<Share> shares,
    boolean all,
    Optional<CompletableFuture<List<Unfit>>> settled) {
  /** Whether it has no parts that could be done by themselves. */
  boolean isOne() {
    return asked.size() + shares.size() <= 1;
  }

  /** Each that asks by itself, and then each share that nobody asks for. */
  List<Work> pieces(Function<Claim, Share> shareOf) {
    var pieces = new ArrayList<Work>();
    var others = new LinkedHashSet<>(shares);
    for (var each : asked) {
      var affected = each.hold().claims().stream().map(shareOf).toList();
      affected.forEach(others::remove);
      pieces.add(new Work(List.of(each), affected, all, Optional.empty()));
    }
    for (var share : others) {
      pieces.add(new Work(List.of(), List.of(share), all, Optional.empty()));
    }
    return pieces;
  }
}
