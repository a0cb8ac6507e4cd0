package dev.sallyport.identity.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/** What a log was told that operators should know of, as texts, in order. */
public final class Warnings extends Handler {
  private final SimpleFormatter formatter = new SimpleFormatter();
  private final List<String> all = new CopyOnWriteArrayList<>();

  public List<String> all() {
    return List.copyOf(all);
  }

  @Override
  public void publish(LogRecord told) {
    if (told.getLevel().intValue() >= Level.WARNING.intValue()) {
      all.add(formatter.formatMessage(told));
    }
  }

  @Override
  public void flush() {
    // nothing is held back
  }

  @Override
  public void close() {
    // holds nothing open
  }
}
