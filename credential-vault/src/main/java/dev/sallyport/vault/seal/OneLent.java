package dev.sallyport.vault.seal;

import dev.sallyport.vault.Lent;
import dev.sallyport.vault.Redactor;
import java.util.Map;

/** One secret, lent as a header or as a variable. */
final class OneLent implements Lent {
  private volatile Map<String, String> headers;
  private volatile Map<String, String> variables;
  private final Redactor redactor;

  OneLent(Map<String, String> headers, Map<String, String> variables, Redactor redactor) {
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
  }

  @Override
  public String toString() {
    return "a loan";
  }
}
