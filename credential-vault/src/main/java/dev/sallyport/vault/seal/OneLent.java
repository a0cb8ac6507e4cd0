package dev.sallyport.vault.seal;

import dev.sallyport.identity.action.Permit;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.Outgoing;
import dev.sallyport.vault.Redactor;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** One secret, lent as headers or as a variable. Its end is noted in the facts of the call. */
final class OneLent implements Lent {
  private volatile Map<String, String> headers;
  private volatile Map<String, String> variables;
  private volatile Optional<Function<Outgoing, Map<String, String>>> signature;
  private final Redactor redactor;
  private final Permit permit;

  private OneLent(
      Map<String, String> headers,
      Map<String, String> variables,
      Optional<Function<Outgoing, Map<String, String>>> signature,
      Redactor redactor,
      Permit permit) {
    this.permit = permit;
    this.headers = headers;
    this.variables = variables;
    this.signature = signature;
    this.redactor = redactor;
  }

  static Lent header(String name, String value, Redactor redactor, Permit permit) {
    return new OneLent(Map.of(name, value), Map.of(), Optional.empty(), redactor, permit);
  }

  static Lent variable(String name, String value, Redactor redactor, Permit permit) {
    return new OneLent(Map.of(), Map.of(name, value), Optional.empty(), redactor, permit);
  }

  /** A loan that is not sent itself: it makes headers for each request. */
  static Lent signature(
      Function<Outgoing, Map<String, String>> signature, Redactor redactor, Permit permit) {
    return new OneLent(Map.of(), Map.of(), Optional.of(signature), redactor, permit);
  }

  @Override
  public Map<String, String> headers() {
    return headers;
  }

  @Override
  public Map<String, String> headers(Outgoing request) {
    return signature.map(sign -> sign.apply(request)).orElse(headers);
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
    signature = Optional.empty();
    if (redactor.found() > 0 && permit.isOpen() && !permit.facts().has("redacted")) {
      permit.facts().put("redacted", redactor.found());
    }
  }

  @Override
  public String toString() {
    return "a loan";
  }
}
