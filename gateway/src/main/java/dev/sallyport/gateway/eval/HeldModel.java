package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.eval.WireServer.Asked;
import dev.sallyport.gateway.eval.WireServer.Sent;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * The quarantined model in the hands of an attacker: a provider in OpenAI's form that answers the
 * questions about a text as the attacker says. The text says of itself which {@code session-…} it
 * belongs to, and each question begins with its number. Thread-safe.
 */
final class HeldModel {
  private static final Pattern SESSION = Pattern.compile("session-([0-9a-z-]+)");
  private static final Pattern QUESTION = Pattern.compile("^Question: (\\d+):");

  private final Map<String, List<Sent>> replies = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();

  WireServer start() throws IOException {
    return new WireServer(this::answer);
  }

  /** Says how the questions of a session are answered, in their order. */
  void answers(String session, List<Sent> sent) {
    replies.put(session, List.copyOf(sent));
  }

  /** How many times it was asked. */
  int asked() {
    return asked.get();
  }

  /** What a provider sends when its model says a text. */
  static Sent says(String text) {
    var body = JsonNodeFactory.instance.objectNode().put("id", "chatcmpl-1");
    body.put("object", "chat.completion").put("created", 1).put("model", "reader");
    var choice = body.putArray("choices").addObject().put("index", 0);
    choice.putObject("message").put("role", "assistant").put("content", text);
    choice.put("finish_reason", "stop");
    body.putObject("usage")
        .put("prompt_tokens", 1)
        .put("completion_tokens", 1)
        .put("total_tokens", 2);
    return Sent.json(body.toString());
  }

  private Sent answer(Asked request) {
    asked.incrementAndGet();
    var prompt = request.json().path("messages").path(1).path("content").asText();
    var session = SESSION.matcher(prompt);
    var question = QUESTION.matcher(prompt);
    if (!session.find() || !question.find()) {
      return says("{\"abstain\":true,\"answer\":null}");
    }
    var all = replies.getOrDefault(session.group(1), List.of());
    int number = Integer.parseInt(question.group(1));
    return number < all.size() ? all.get(number) : says("{\"abstain\":true,\"answer\":null}");
  }

  @Override
  public String toString() {
    return "HeldModel[]";
  }
}
