package dev.sallyport.mcp.approval;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How it stands with a held call. */
public enum HeldStatus {
  /** Nobody decided yet. */
  PENDING,
  /** It goes on if it is made again. */
  APPROVED,
  /** It went on. */
  USED,
  /** It does not go on. */
  REJECTED,
  /** Its caller does not want it any more. */
  WITHDRAWN,
  /** Nobody decided in time, or it was not made again in time. */
  EXPIRED;

  /** The name in the store and for administrators. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The status of a label, if there is one. */
  public static Optional<HeldStatus> find(String label) {
    return List.of(values()).stream().filter(one -> one.label().equals(label)).findFirst();
  }
}
