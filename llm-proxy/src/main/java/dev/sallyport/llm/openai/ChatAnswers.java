package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.ChatUsage;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;

/** Reads whole answers: those for callers of the chat form are only looked at. */
final class ChatAnswers {
  private ChatAnswers() {}

  static Reply decode(WireReply reply, Attempt attempt) throws MalformedReplyException {
    if (!reply.succeeded()) {
      return new Reply.Failed(Failure.of(reply));
    }
    var look = ReplyLook.at(reply.body());
    if (look.failed()) {
      return new Reply.Failed(Failure.in(WireJson.object(reply.body())));
    }
    var served = look.served(attempt.site().quirks().counting());
    if (look.choices() == 0) {
      return new Reply.Failed(Failure.of(Kind.MALFORMED));
    }
    if (served.finishReason().filter("error"::equals).isPresent()) {
      return new Reply.Failed(Failure.of(Kind.UNAVAILABLE));
    }
    if (attempt.from() != Form.CHAT) {
      var answer = extended(inOrder(WireJson.object(reply.body())), attempt);
      return new Reply.Completed(WireJson.bytes(answer), served);
    }
    return new Reply.Completed(
        look.speaksForUs() ? withoutOurs(WireJson.object(reply.body())) : reply.body(), served);
  }

  /** An answer, or an event of one, without what only the gateway says. */
  static byte[] withoutOurs(ObjectNode answer) {
    answer.remove(LeftOut.BESIDE);
    return WireJson.bytes(answer);
  }

  /** An answer, or an event of one, in the form of translations. */
  static ObjectNode extended(ObjectNode answer, Attempt attempt) {
    answer.remove(LeftOut.BESIDE); // which is ours to say
    var leftOut = AnswerMembers.leftOut(attempt.site().quirks().counting());
    leftOut.look("usage", answer.path("usage"));
    for (var choice : answer.path("choices")) {
      for (var name : new String[] {"message", "delta"}) {
        if (choice.path(name) instanceof ObjectNode message) {
          leftOut.look("choices.message.content", message.path("content"));
          Reasoning.rename(message);
          MissingIds.fill(answer, message, attempt);
        }
      }
    }
    Counts.in(answer, attempt.site().quirks().counting())
        .ifPresent(usage -> answer.set("usage", ChatUsage.of(usage)));
    leftOut.tell(answer);
    return answer;
  }

  /** The calls of a whole answer go by their order; some providers give all of them one index. */
  private static ObjectNode inOrder(ObjectNode answer) {
    for (var choice : answer.path("choices")) {
      for (var call : choice.path("message").path("tool_calls")) {
        if (call instanceof ObjectNode told) {
          told.remove("index");
        }
      }
    }
    return answer;
  }
}
