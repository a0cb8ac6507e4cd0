package dev.sallyport.vault.seal;

import dev.sallyport.identity.action.Permit;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.Redactor;
import java.util.Map;

/** One secret, lent as a header or as a variable. Its end is noted in the facts of the call. */
final class OneLent implements Lent {
  private volatile Map<String, String> headers;
  private volatile Map<String, String> variables;
  private final Redactor redactor;
  private final Permit permit;

  OneLent(
      Map<String, String> headers,
      Map<String, String> variables,
      Redactor redactor,
      Permit permit) {
    this.permit = permit;
    this.headers = headers;
    this.variables = variables;
    this.redactor = redactor;
  }

  @Override
  public Map<String, String> headers() {
    return headers;
  }

  @Override
  public Map<String, String> variables() {
    return variables;
  }

  @Override
  public Redactor redactor() {
    return redactor;
  }

  @Override
  public void close() {
    headers = Map.of();
    variables = Map.of();
    if (redactor.found() > 0 && permit.isOpen() && !permit.facts().has("redacted")) {
      permit.facts().put("redacted", redactor.found());
    }
  }

  @Override
  public String toString() {
    return "a loan";
  }
}
