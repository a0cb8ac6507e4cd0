package dev.sallyport.vault;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Several loans for one call. */
final class AllLent implements Lent {
  private final List<Lent> loans;
  private final Redactor redactor;

  AllLent(List<Lent> loans) {
    this.loans = List.copyOf(loans);
    this.redactor = new AllRedactors(this.loans.stream().map(Lent::redactor).toList());
  }

  @Override
  public Map<String, String> headers() {
    return headers(Lent::headers);
  }

  @Override
  public Map<String, String> headers(Outgoing request) {
    return headers(loan -> loan.headers(request));
  }

  private Map<String, String> headers(Function<Lent, Map<String, String>> ofLoan) {
    var all = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    for (var loan : loans) {
      ofLoan.apply(loan).forEach((name, value) -> putOnce(all, name, value));
    }
    return all;
  }

  @Override
  public Map<String, String> variables() {
    var all = new TreeMap<String, String>();
    for (var loan : loans) {
      loan.variables().forEach((name, value) -> putOnce(all, name, value));
    }
    return all;
  }

  private static void putOnce(Map<String, String> all, String name, String value) {
    if (all.putIfAbsent(name, value) != null) {
      throw new IllegalStateException(
          "two credentials are lent under one name: " + name.toLowerCase(Locale.ROOT));
    }
  }

  @Override
  public Redactor redactor() {
    return redactor;
  }

  @Override
  public void close() {
    loans.forEach(Lent::close);
  }
}
