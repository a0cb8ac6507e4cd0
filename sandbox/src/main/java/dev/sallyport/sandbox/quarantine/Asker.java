package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Asks the quarantined model and believes nothing that it says. Thread-safe. */
final class Asker {
  private static final Logger LOG = System.getLogger(Asker.class.getName());
  private static final int ATTEMPTS = 2;
  private static final int MAX_CONTENT_CHARS = 256 * 1024;
  private static final int MAX_REPLY_CHARS = 16 * 1024;
  private static final int MAX_WRITTEN_CHARS = 64 * 1024;

  private final QuarantineModel model;
  private final Duration timeout;
  private final OptionOrder order = new OptionOrder(new SecureRandom());

  Asker(QuarantineModel model, Duration timeout) {
    this.model = model;
    this.timeout = timeout;
  }

  /** The model that it asks. */
  String model() {
    return model.name();
  }

  /** An answer of the closed form, or none. */
  Ending ask(String turn, Question question) {
    var schema = ReplySchema.of(question.schema());
    var key = question.key(model.name());
    return attempts(
        question.held(),
        (content, attempt) ->
            model.ask(turn, content, question.text(), order.permuted(schema, key + attempt)),
        reply -> read(question, reply));
  }

  /** The text anew, or none. */
  Ending write(String turn, Rewriting rewriting) {
    return attempts(
        rewriting.held(),
        (content, _) -> model.write(turn, content, rewriting.instruction()),
        Asker::written);
  }

  private Ending attempts(Held held, Request request, Function<String, Ending> reading) {
    if (held.text().length() > MAX_CONTENT_CHARS) {
      return new Abstained(Reason.TOO_LARGE);
    }
    var content = QuarantinePrompt.marked(held.text());
    Ending ending = new Abstained(Reason.INVALID_ANSWER);
    for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
      var number = attempt;
      ending = once(() -> request.send(content, number), reading);
      if (!ending.equals(new Abstained(Reason.INVALID_ANSWER))) {
        return ending;
      }
    }
    return ending;
  }

  private Ending once(Callable<String> request, Function<String, Ending> reading) {
    var task = new FutureTask<>(request);
    Thread.ofVirtual().name("quarantine-ask").start(task);
    try {
      return reading.apply(task.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException _) {
      return new Abstained(Reason.TIMEOUT);
    } catch (ExecutionException _) {
      LOG.log(
          Level.WARNING, "the quarantined model cannot be asked: {0}", why(task.exceptionNow()));
      return new Abstained(Reason.UNAVAILABLE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Abstained(Reason.UNAVAILABLE);
    } finally {
      task.cancel(true);
    }
  }

  private static String why(Throwable failure) {
    return failure instanceof ModelUnavailableException unavailable
        ? unavailable.code()
        : failure.getClass().getName();
  }

  private static Ending read(Question question, String reply) {
    return Optional.of(reply)
        .filter(text -> text.length() <= MAX_REPLY_CHARS)
        .flatMap(Content::parse)
        .filter(Asker::isReply)
        .flatMap(parsed -> ending(question, parsed))
        .orElse(new Abstained(Reason.INVALID_ANSWER));
  }

  private static Ending written(String reply) {
    return reply.isBlank() || reply.length() > MAX_WRITTEN_CHARS
        ? new Abstained(Reason.INVALID_ANSWER)
        : new Answered(JsonNodeFactory.instance.textNode(reply.strip()));
  }

  private static boolean isReply(JsonNode reply) {
    return reply.isObject()
        && reply.path("abstain").isBoolean()
        && reply.size() == (reply.has("answer") ? 2 : 1);
  }

  private static Optional<Ending> ending(Question question, JsonNode reply) {
    return reply.get("abstain").booleanValue()
        ? Optional.of(new Abstained(Reason.UNKNOWN))
        : question.form().accept(reply.path("answer")).map(Answered::new);
  }

  @FunctionalInterface
  private interface Request {
    String send(String content, int attempt) throws IOException;
  }

  /** How a question ended. */
  sealed interface Ending {
    /** Whether the same question need not be asked again. */
    boolean isFinal();
  }

  /** With an answer of the closed form. */
  record Answered(JsonNode answer) implements Ending {
    @Override
    public boolean isFinal() {
      return true;
    }
  }

  /** Without one. */
  record Abstained(Reason reason) implements Ending {
    @Override
    public boolean isFinal() {
      return reason == Reason.UNKNOWN
          || reason == Reason.INVALID_ANSWER
          || reason == Reason.TOO_LARGE;
    }
  }

  /** Why there is no answer. */
  enum Reason {
    UNKNOWN,
    INVALID_ANSWER,
    TOO_LARGE,
    TIMEOUT,
    UNAVAILABLE;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
