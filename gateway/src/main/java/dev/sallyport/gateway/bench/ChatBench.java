package dev.sallyport.gateway.bench;

import dev.sallyport.gateway.trial.TrialIdentity;
import java.util.List;
import java.util.Map;

/** Model calls: 1.5 KB asked, 1 KB answered, same protocol on both sides, no stream. */
final class ChatBench {
  static final String NAME = "chat";

  private static final String QUESTION =
      "Which of the two doors of a sallyport may be open while the other one is open as well? ";

  private ChatBench() {}

  /** The benchmark against an upstream on a port. */
  static Bench of(int upstreamPort, TrialIdentity identity) {
    return new Bench(
        NAME,
        load("bench-model", Map.of("Authorization", "Bearer upstream-secret-of-the-bench")),
        load("bench", Map.of("Authorization", "Bearer " + identity.token())),
        ModelResources.of(upstreamPort, Map.of("bench", "bench-model")),
        "JWT-SVID, policy, daily budget, credential injection and redaction, usage and cost,"
            + " durable evidence before the call and before the answer",
        List.of(
            Target.atLeast("chat.rps_ratio.64", 0.40, 0.60),
            Target.atMost("chat.p99_ratio.64", 3, 1.6),
            Target.atMost("chat.added_p50_ms.1", 1, 0.4),
            Target.atMost("chat.added_p50_ms.10", 3, 1),
            Target.atMost("chat.added_p50_ms.50", 12, 2)));
  }

  private static Load load(String model, Map<String, String> headers) {
    var body =
        """
        {"model":"%s","messages":[{"role":"system","content":"Answer in one sentence."},\
        {"role":"user","content":"%s"}],"temperature":0.2,"max_tokens":200}\
        """
            .formatted(model, QUESTION.repeat(16));
    return Load.post(
        "/v1/chat/completions", headers, body, answer -> answer.contains(ChatAnswers.MARK));
  }
}
