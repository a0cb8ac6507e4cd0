package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the product tells of itself. */
class HelpTest {
  private static final List<String> COMMANDS =
      List.of(
          "demo",
          "test",
          "bench",
          "eval",
          "up",
          "apply",
          "get",
          "diff",
          "delete",
          "approve",
          "contract",
          "explain",
          "suggest",
          "shadow",
          "revoke",
          "key",
          "audit",
          "doctor");

  @Test
  void listsEveryCommandWithWhatItDoes() throws Exception {
    try (var product = ProductProcess.start("--help")) {
      var told = product.output();

      assertThat(product.awaitEnd()).isZero();
      for (var command : COMMANDS) {
        assertThat(told).containsPattern("(?m)^  " + command + " +[A-Z]");
      }
      assertThat(product.sentences()).isEmpty();
    }
  }

  @Test
  void saysWhereTheTestsAre() throws Exception {
    try (var product = ProductProcess.start("test", "-pl", "gateway")) {
      assertThat(product.awaitEnd()).isEqualTo(1);
      assertThat(product.sentences())
          .containsExactly(
              "The tests are run by the start script of a checkout: ./sallyport test -pl gateway");
    }
  }
}
