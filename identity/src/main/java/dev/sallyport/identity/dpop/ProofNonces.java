package dev.sallyport.identity.dpop;

import dev.sallyport.identity.audit.SigningKeys;
import dev.sallyport.identity.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The nonces that proofs must hold, where they must. Nothing is kept of them: each is a keyed
 * digest of a window of time, so that every gateway on one database gives the same and takes those
 * of the others. One is taken in its own window and in the next, and in the one before by a gateway
 * whose clock is behind. Thread-safe. Source: RFC 9449, sections 8 and 9.
 */
public final class ProofNonces {
  private static final ProofNonces OFF = new ProofNonces(Optional.empty());
  private static final byte[] PURPOSE = "sallyport/v1|dpop-nonce".getBytes(StandardCharsets.UTF_8);
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 16;

  private final Optional<Windows> windows;

  private record Windows(SecretKey key, Duration length, InstantSource clock) {}

  private ProofNonces(Optional<Windows> windows) {
    this.windows = windows;
  }

  /** Asks for none. */
  public static ProofNonces off() {
    return OFF;
  }

  /**
   * Nonces of a key.
   *
   * @param keys of all gateways on one database, and of no other; the signature that stands for the
   *     key is shown to nobody
   * @param window how long one is given out; at least a second
   */
  public static ProofNonces of(SigningKeys keys, Duration window, InstantSource clock) {
    if (window.toSeconds() < 1) {
      throw new IllegalArgumentException("a window must be 1 second or more: " + window);
    }
    var key = new SecretKeySpec(Sha256.of(keys.sign(PURPOSE)), ALGORITHM);
    return new ProofNonces(Optional.of(new Windows(key, window, clock)));
  }

  /** The one to use now; empty if none is asked for. */
  public Optional<String> current() {
    return windows.map(all -> nonce(all, window(all)));
  }

  /** Whether a proof must hold a nonce. */
  boolean areWanted() {
    return windows.isPresent();
  }

  /** Whether a nonce is taken now. */
  boolean takes(String nonce) {
    return windows.filter(all -> isNear(all, nonce)).isPresent();
  }

  private static boolean isNear(Windows all, String nonce) {
    var shown = nonce.getBytes(StandardCharsets.UTF_8);
    long now = window(all);
    boolean taken = false;
    for (long window = now - 1; window <= now + 1; window++) {
      var one = nonce(all, window).getBytes(StandardCharsets.US_ASCII);
      taken |= MessageDigest.isEqual(one, shown);
    }
    return taken;
  }

  private static long window(Windows all) {
    return Math.floorDiv(all.clock.instant().getEpochSecond(), all.length.toSeconds());
  }

  private static String nonce(Windows all, long window) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(all.key);
      var text = all.length.toSeconds() + "|" + window;
      var digest = mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
