package dev.sallyport.llm.upstream;

import dev.sallyport.identity.action.Permit;
import dev.sallyport.vault.Redactor;
import dev.sallyport.vault.egress.EgressResponse;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * An answer at whose end it is noted how many secrets were taken out of it: its body is read after
 * the loan has ended. For one thread, save for {@link #abort}.
 */
public final class NotedResponse implements EgressResponse {
  private static final String REDACTED = "redacted";

  private final EgressResponse response;
  private final Redactor redactor;
  private final Permit permit;
  private final int inHead;

  NotedResponse(EgressResponse response, Redactor redactor, Permit permit) {
    this.response = response;
    this.redactor = redactor;
    this.permit = permit;
    this.inHead = redactor.found();
  }

  /** Finds what was lent in whatever comes out of the answer. */
  public Redactor redactor() {
    return redactor;
  }

  @Override
  public int status() {
    return response.status();
  }

  @Override
  public Optional<String> header(String name) {
    return response.header(name);
  }

  @Override
  public void endWithin(Duration left) {
    response.endWithin(left);
  }

  @Override
  public InputStream body() {
    return response.body();
  }

  @Override
  public void close() {
    response.close();
    int inBody = redactor.found() - inHead;
    if (inBody > 0 && permit.isOpen()) {
      var facts = permit.facts();
      facts.put(REDACTED, facts.path(REDACTED).asInt() + inBody);
    }
  }

  @Override
  public void abort() {
    response.abort();
  }
}
