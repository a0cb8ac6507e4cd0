package dev.sallyport.identity.audit;

import dev.sallyport.identity.audit.Verification.Broken;
import dev.sallyport.identity.audit.Verification.Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Checks the checkpoints of a ledger, each against its signature and against the records. Not
 * thread-safe.
 */
final class CheckpointCheck {
  private static final Pattern NOTE =
      Pattern.compile(
          """
          [\\x21-\\x7e]+
          [0-9]+
          [A-Za-z0-9+/]{43}=
          chain [A-Za-z0-9+/]{43}=

          \u2014 [\\x21-\\x7e]+ [A-Za-z0-9+/]{91}=
          """);

  private final String name;
  private final byte[] notes;
  private final List<NoteKey> keys;
  private final boolean mayBeTorn;
  private final List<Checkpoint> checkpoints = new ArrayList<>();
  private int next;

  /**
   * A check.
   *
   * @param name what the notes are called where one of them is wrong
   * @param mayBeTorn whether the last note may be one that was being written
   */
  CheckpointCheck(String name, byte[] notes, List<NoteKey> keys, boolean mayBeTorn) {
    this.mayBeTorn = mayBeTorn;
    this.name = name;
    this.notes = notes;
    this.keys = keys;
  }

  /** Reads all checkpoints and checks their signatures. */
  Optional<Broken> read() {
    int offset = 0;
    while (offset < notes.length) {
      var found = Checkpoint.decode(notes, offset);
      if (found.isEmpty()) {
        if (mayBeTorn && isBeginning(notes, offset)) {
          return Optional.empty();
        }
        return Optional.of(broken(Fault.FLIPPED, covered(), offset, "was changed"));
      }
      var checkpoint = found.get();
      if (keys.stream().noneMatch(key -> key.signed(checkpoint))) {
        return Optional.of(
            broken(
                Fault.FLIPPED, checkpoint.size(), offset, "is not signed by a key that is known"));
      }
      if (checkpoint.size() <= covered()) {
        return Optional.of(
            broken(Fault.REORDERED, checkpoint.size(), offset, "stands after a later one"));
      }
      checkpoints.add(checkpoint);
      offset += checkpoint.encode().length;
    }
    return Optional.empty();
  }

  /** Whether what stands there is the beginning of a note that was being written. */
  @SuppressWarnings("JdkObsolete") // whether more bytes could make it match is the question
  private static boolean isBeginning(byte[] notes, int offset) {
    var rest = new String(notes, offset, notes.length - offset, StandardCharsets.UTF_8);
    var matcher = NOTE.matcher(rest);
    return !matcher.matches() && matcher.hitEnd();
  }

  /** Checks the records so far against a checkpoint of that size, if there is one. */
  Optional<Broken> check(HashState state) {
    if (next == checkpoints.size() || checkpoints.get(next).size() != state.size()) {
      return Optional.empty();
    }
    var checkpoint = checkpoints.get(next);
    next++;
    var agrees =
        Arrays.equals(checkpoint.chain(), state.chain())
            && Arrays.equals(checkpoint.root(), state.head().root());
    return agrees
        ? Optional.empty()
        : Optional.of(
            new Broken(
                Fault.SPLICED,
                state.size(),
                name,
                0,
                "the first %d records are not those that a checkpoint was signed for"
                    .formatted(state.size())));
  }

  int bytes() {
    return notes.length;
  }

  int count() {
    return checkpoints.size();
  }

  /** How many records the last checkpoint covers. */
  long covered() {
    return checkpoints.isEmpty() ? 0 : checkpoints.getLast().size();
  }

  /** The size of a checkpoint that covers more than so many records. */
  Optional<Long> beyond(long records) {
    return covered() > records ? Optional.of(covered()) : Optional.empty();
  }

  private Broken broken(Fault fault, long seq, long offset, String what) {
    return new Broken(
        fault, seq, name, offset, "a checkpoint after %d records %s".formatted(seq, what));
  }
}
