package dev.sallyport.mcp.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A revision of MCP that is spoken here. */
public enum Revision {
  R2025_06_18("2025-06-18"),
  R2025_11_25("2025-11-25"),
  R2026_07_28("2026-07-28");

  private static final Map<String, Revision> BY_LABEL =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Revision::label, each -> each));
  private static final List<String> LABELS =
      Arrays.stream(values()).map(Revision::label).toList().reversed();

  private final String label;

  Revision(String label) {
    this.label = label;
  }

  /** The revision's name on the wire. */
  public String label() {
    return label;
  }

  /** Whether this revision has neither sessions nor a handshake. */
  public boolean isStateless() {
    return compareTo(R2026_07_28) >= 0;
  }

  /** Whether arguments that do not fit are a result of the tool rather than a protocol error. */
  public boolean reportsArgumentsAsResult() {
    return compareTo(R2025_11_25) >= 0;
  }

  /** Whether streams name their events, so that they can be taken up again. */
  public boolean resumesStreams() {
    return this == R2025_11_25;
  }

  public static Optional<Revision> find(String label) {
    return Optional.ofNullable(BY_LABEL.get(label));
  }

  /** The names of all, the newest first. */
  public static List<String> labels() {
    return LABELS;
  }
}
