package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the quarantined model and believes nothing that it says. Thread-safe. */
final class Asker {
  private static final Logger LOG = System.getLogger(Asker.class.getName());
  private static final int ATTEMPTS = 2;
  private static final int MAX_CONTENT_CHARS = 256 * 1024;
  private static final int MAX_REPLY_CHARS = 16 * 1024;

  private final QuarantineModel model;
  private final Duration timeout;

  Asker(QuarantineModel model, Duration timeout) {
    this.model = model;
    this.timeout = timeout;
  }

  /** An answer of the closed form, or none. */
  Ending ask(String turn, Question question) {
    if (question.held().text().length() > MAX_CONTENT_CHARS) {
      return new Abstained(Reason.TOO_LARGE);
    }
    Ending ending = new Abstained(Reason.INVALID_ANSWER);
    for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
      ending = askOnce(turn, question);
      if (!ending.equals(new Abstained(Reason.INVALID_ANSWER))) {
        return ending;
      }
    }
    return ending;
  }

  private Ending askOnce(String turn, Question question) {
    var schema = ReplySchema.of(question.schema());
    var content = QuarantinePrompt.marked(question.held().text());
    var task = new FutureTask<>(() -> model.ask(turn, content, question.text(), schema));
    Thread.ofVirtual().name("quarantine-ask").start(task);
    try {
      return read(question, task.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
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
