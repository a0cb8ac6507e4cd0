package dev.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PresentedTest {
  /** What stands in a log by mistake is no secret. */
  @Test
  void neverShowsATokenOrAProof() {
    var presented =
        new Presented(List.of("Bearer tok-1"), List.of(), List.of("proof-1"), "GET", "/a", "/mcp");

    assertThat(presented.toString()).doesNotContain("tok-1", "proof-1").contains("GET", "/mcp");
    assertThat(ShownToken.of("Bearer tok-1").toString()).doesNotContain("tok-1");
  }
}
