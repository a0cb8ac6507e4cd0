package dev.sallyport.vault;

import java.util.Map;

/** The loan of nothing. */
enum NothingLent implements Lent {
  INSTANCE;

  @Override
  public Map<String, String> headers() {
    return Map.of();
  }

  @Override
  public Map<String, String> variables() {
    return Map.of();
  }

  @Override
  public Redactor redactor() {
    return Redactor.nothing();
  }

  @Override
  public void close() {}
}
