package dev.sallyport.gateway.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** One line a record: time, level, class, message. Line ends in a message are made visible. */
final class LineFormatter extends Formatter {
  private final boolean traces;

  /**
   * Formats records.
   *
   * @param traces whether the stack traces of faults are printed below their line
   */
  LineFormatter(boolean traces) {
    this.traces = traces;
  }

  @Override
  public String format(LogRecord entry) {
    var line =
        new StringBuilder()
            .append(entry.getInstant().truncatedTo(ChronoUnit.MILLIS))
            .append(' ')
            .append(level(entry.getLevel()))
            .append(' ')
            .append(shortName(String.valueOf(entry.getLoggerName())))
            .append(": ")
            .append(plain(formatMessage(entry)));
    var fault = entry.getThrown();
    if (fault != null) {
      line.append(": ").append(plain(fault.toString()));
    }
    line.append('\n');
    if (fault != null && (traces || entry.getLevel().intValue() >= Level.SEVERE.intValue())) {
      var trace = new StringWriter();
      fault.printStackTrace(new PrintWriter(trace, true));
      line.append(trace);
    }
    return line.toString();
  }

  private static String level(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return "WARNING";
    }
    return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }

  private static String shortName(String logger) {
    return logger.substring(logger.lastIndexOf('.') + 1);
  }

  private static String plain(String text) {
    var plain = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (Character.isISOControl(c)) {
            plain.append("\\u%04x".formatted(c));
          } else {
            plain.appendCodePoint(c);
          }
        });
    return plain.toString();
  }
}
