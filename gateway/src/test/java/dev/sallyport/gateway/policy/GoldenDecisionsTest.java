package dev.sallyport.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.policy.GoldenTable.Row;
import dev.sallyport.gateway.policy.PolicyMutations.Mutant;
import dev.sallyport.identity.grant.PolicySet;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.ResourceSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** R4: a table of decisions that stays as it is, and that no wrong policy gets past. */
class GoldenDecisionsTest {
  private static final int FEWEST_ROWS = 200;
  private static final int FEWEST_MUTANTS = 200;
  private static final List<Row> ROWS = GoldenTable.rows();

  @Test
  void everyRowIsDecidedAsTheTableSays() {
    var policies = GoldenTable.policies();
    assertThat(ROWS).hasSizeGreaterThanOrEqualTo(FEWEST_ROWS);
    assertThat(new HashSet<>(ROWS.stream().map(Row::inquiry).toList())).hasSameSizeAs(ROWS);
    var others = new ArrayList<String>();
    for (var row : ROWS) {
      var decision = GoldenTable.decide(policies, row);
      var decided = GoldenTable.effect(decision) + " by " + GoldenTable.rule(decision);
      if (!decided.equals(row.effect() + " by " + row.rule())) {
        others.add(row + " -> " + decided);
      }
    }
    assertThat(others).isEmpty();
  }

  @Test
  void noWrongPolicyGetsPastTheTable() {
    var survivors = new ArrayList<String>();
    int loaded = 0;
    for (var mutant : PolicyMutations.of(GoldenTable.resources())) {
      var policies = compiled(mutant);
      if (policies.isPresent()) {
        loaded++;
        if (rows(mutant).allMatch(row -> isAsBefore(policies.get(), row))) {
          survivors.add(mutant.name());
        }
      }
    }
    assertThat(loaded).isGreaterThanOrEqualTo(FEWEST_MUTANTS);
    assertThat(survivors).isEmpty();
  }

  /** The rows on which a wrong policy may have a say. */
  private static Stream<Row> rows(Mutant mutant) {
    return ROWS.stream()
        .filter(row ->
            mutant.workload().map(row.inquiry().principal().id().value()::equals).orElse(true));
  }

  private static boolean isAsBefore(PolicySet policies, Row row) {
    return GoldenTable.effect(GoldenTable.decide(policies, row)).equals(row.effect());
  }

  /** The policies, unless they are so wrong that they cannot be loaded. */
  private static Optional<PolicySet> compiled(Mutant mutant) {
    try {
      return Optional.of(PolicySet.compile(new ResourceSet(mutant.policies())));
    } catch (InvalidResourcesException _) {
      return Optional.empty();
    }
  }
}
