package dev.sallyport.identity.action;

import java.util.function.Function;

/** What an effect gives back: the answer for the caller, and how it ended. */
public record Performed<T>(T answer, Outcome outcome) {
  /** An answer of an effect that did what it was to do. */
  public static <T> Performed<T> succeeded(T answer) {
    return new Performed<>(answer, new Outcome.Succeeded());
  }

  /** The same, with the answer in another form. */
  public <R> Performed<R> map(Function<? super T, ? extends R> form) {
    return new Performed<>(form.apply(answer), outcome);
  }
}
