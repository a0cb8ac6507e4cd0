package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.metrics.Metrics;
import dev.sallyport.identity.testing.RecordingEvidence;
import org.junit.jupiter.api.Test;

class RefusedRequestsTest {
  private final RecordingEvidence evidence = new RecordingEvidence();
  private final RefusedRequests refused = new RefusedRequests(evidence, new Metrics());

  @Test
  void writesTheFirstDownOneByOneAndTheRestAsCounts() {
    for (int i = 0; i < RefusedRequests.IN_FULL + 3; i++) {
      refused.refused("data", "unknown_path");
    }
    refused.refused("admin", "malformed_request");
    assertThat(evidence.events(RefusedRequests.EVENT)).hasSize(RefusedRequests.IN_FULL);

    refused.flush();
    refused.flush();

    assertThat(evidence.events(RefusedRequests.EVENT)).hasSize(RefusedRequests.IN_FULL + 1);
    assertThat(evidence.events(RefusedRequests.EVENT).getLast())
        .hasToString("{\"counts\":{\"admin malformed_request\":1,\"data unknown_path\":3}}");
  }
}
