package dev.sallyport.identity.audit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * A signed statement of what a ledger held: a note of the form of C2SP tlog-checkpoint. Its lines
 * are the origin, the number of records, the RFC 6962 root of the Merkle tree over their payloads,
 * and {@code chain} with the last hash of the chain; then a blank line and the signature.
 *
 * @param signature 4 bytes that name the key, and the 64 bytes of Ed25519
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that are never changed, compared by content
record Checkpoint(String origin, long size, byte[] root, byte[] chain, byte[] signature) {
  private static final Base64.Encoder BASE64 = Base64.getEncoder();
  private static final String SIGNATURE_START = "\u2014 ";
  private static final int LINES = 6;

  /** A checkpoint of the given state. */
  static Checkpoint sign(String origin, LedgerHead head, SigningKeys keys) {
    var text = text(origin, head.size(), head.root(), head.chain());
    var signed = keys.sign(text.getBytes(StandardCharsets.UTF_8));
    var keyHash = NoteKey.of(origin, keys.publicKey()).hash();
    var signature = Arrays.copyOf(keyHash, keyHash.length + signed.length);
    System.arraycopy(signed, 0, signature, keyHash.length, signed.length);
    return new Checkpoint(origin, head.size(), head.root(), head.chain(), signature);
  }

  /** The bytes that are signed. */
  byte[] signedText() {
    return text(origin, size, root, chain).getBytes(StandardCharsets.UTF_8);
  }

  /** The whole note. */
  byte[] encode() {
    var note =
        text(origin, size, root, chain)
            + "\n"
            + SIGNATURE_START
            + origin
            + " "
            + BASE64.encodeToString(signature)
            + "\n";
    return note.getBytes(StandardCharsets.UTF_8);
  }

  /** Reads one note that stands at an offset; empty if what stands there is none, to the byte. */
  static Optional<Checkpoint> decode(byte[] notes, int offset) {
    int end = offset;
    for (int lines = 0; lines < LINES; lines++) {
      end = endOfLine(notes, end);
      if (end < 0) {
        return Optional.empty();
      }
    }
    var lines = new String(notes, offset, end - offset, StandardCharsets.UTF_8).split("\n", -1);
    try {
      var decoder = Base64.getDecoder();
      var signature = lines[5].substring(lines[5].lastIndexOf(' ') + 1);
      var checkpoint =
          new Checkpoint(
              lines[0],
              Long.parseLong(lines[1]),
              decoder.decode(lines[2]),
              decoder.decode(lines[3].substring(lines[3].lastIndexOf(' ') + 1)),
              decoder.decode(signature));
      // One state has one form, so that no byte of a note can be changed unseen.
      var same = Arrays.equals(checkpoint.encode(), Arrays.copyOfRange(notes, offset, end));
      return same ? Optional.of(checkpoint) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static int endOfLine(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private static String text(String origin, long size, byte[] root, byte[] chain) {
    return origin
        + "\n"
        + size
        + "\n"
        + BASE64.encodeToString(root)
        + "\nchain "
        + BASE64.encodeToString(chain)
        + "\n";
  }
}
