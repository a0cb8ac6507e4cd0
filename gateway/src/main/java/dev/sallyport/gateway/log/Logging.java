package dev.sallyport.gateway.log;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Sets up logging for a process. */
public final class Logging {
  /** Libraries that say more at each level than an operator wants to know. */
  private static final List<String> TALKATIVE =
      List.of("com.zaxxer.hikari", "org.flywaydb", "io.helidon", "io.grpc", "io.spiffe", "org.h2");

  /** Held here, since the log manager would let go of loggers that nobody holds. */
  private static final List<Logger> QUIETENED = TALKATIVE.stream().map(Logger::getLogger).toList();

  /** Checks schemas, and would log what a server wrote there; what is wrong is told otherwise. */
  private static final Logger SCHEMAS = Logger.getLogger("com.networknt.schema");

  private static final Logger OURS = Logger.getLogger("dev.sallyport");

  private Logging() {}

  /** Names the log manager. To be called before anything is logged, or it has no effect. */
  public static void prepare() {
    System.setProperty("java.util.logging.manager", StandingLogs.class.getName());
  }

  /**
   * Logs to standard error from this level on; of others than us INFO at most, and of those who
   * talk much only warnings.
   *
   * @param level one of SEVERE, WARNING, INFO, FINE
   */
  public static void begin(Level level) {
    var root = LogManager.getLogManager().getLogger("");
    for (var handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    boolean debug = level.intValue() < Level.INFO.intValue();
    root.addHandler(new StandardErrorHandler(debug));
    root.setLevel(debug ? Level.INFO : level);
    OURS.setLevel(level);
    QUIETENED.forEach(logger -> logger.setLevel(Level.WARNING));
    SCHEMAS.setLevel(Level.OFF);
  }

  private static final class StandardErrorHandler extends Handler {
    StandardErrorHandler(boolean traces) {
      setFormatter(new LineFormatter(traces));
      setLevel(Level.ALL);
    }

    @Override
    public void publish(LogRecord entry) {
      if (isLoggable(entry)) {
        var line = getFormatter().format(entry).getBytes(StandardCharsets.UTF_8);
        System.err.write(line, 0, line.length);
        System.err.flush();
      }
    }

    @Override
    public void flush() {
      System.err.flush();
    }

    @Override
    public void close() {}
  }
}
