package dev.sallyport.gateway.bench;

import java.nio.ByteBuffer;

/** A model that always says the same, in 1 KB, and is never asked for a stream. */
final class ChatAnswers implements Answers {
  /** Stands in every answer. */
  static final String MARK = "chatcmpl-bench";

  private static final String SENTENCE = "The gate is open, the gate is shut, and both are noted. ";

  private final ByteBuffer answer =
      json("""
      {"id":"%s","object":"chat.completion","created":1790000000,"model":"bench-model",\
      "choices":[{"index":0,"message":{"role":"assistant","content":"%s"},\
      "logprobs":null,"finish_reason":"stop"}],\
      "usage":{"prompt_tokens":320,"completion_tokens":180,"total_tokens":500}}\
      """
              .formatted(MARK, SENTENCE.repeat(13)))
          .asReadOnlyBuffer();

  private static ByteBuffer json(String body) {
    return Answers.json(200, body);
  }

  @Override
  public ByteBuffer answer(HttpMessage request) {
    return answer.duplicate();
  }
}
