package dev.sallyport.mcp.testing;

import dev.sallyport.vault.StateSeal;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps what it seals, and gives out numbers for it. */
public final class RememberingSeal implements StateSeal {
  private final Map<String, Kept> kept = new ConcurrentHashMap<>();

  @SuppressWarnings("ArrayRecordComponent") // compared by no one
  private record Kept(byte[] state, String boundTo) {}

  @Override
  public String seal(byte[] state, String boundTo) {
    var sealed = "sealed-" + kept.size();
    kept.put(sealed, new Kept(state.clone(), boundTo));
    return sealed;
  }

  @Override
  public Optional<byte[]> open(String sealed, String boundTo) {
    return Optional.ofNullable(kept.get(sealed))
        .filter(some -> some.boundTo().equals(boundTo))
        .map(some -> some.state().clone());
  }
}
