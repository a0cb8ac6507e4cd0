package dev.sallyport.identity.audit;

import java.util.Locale;

/** What a {@link LedgerVerifier} found. */
public sealed interface Verification {
  /** One plain sentence. */
  String sentence();

  /**
   * Every record is as it was written.
   *
   * @param records how many
   * @param head the last hash of the chain, in hexadecimal
   * @param checkpoints how many signed checkpoints agree with the records
   * @param signedRecords how many records the last checkpoint covers: records after these could be
   *     cut off the end unseen
   * @param tornBytes bytes of a record that was being written when the process died
   */
  record Verified(long records, String head, long checkpoints, long signedRecords, long tornBytes)
      implements Verification {
    /** Whether there is anything that was signed, or nothing to sign. */
    public boolean signed() {
      return signedRecords > 0 || records == 0;
    }

    @Override
    public String sentence() {
      if (!signed()) {
        return "none of the %d records is signed: anybody who can write here can have written them"
            .formatted(records);
      }
      var unsigned = records - signedRecords;
      return "evidence verified%s: %d records, %d signed checkpoints, head %s%s"
          .formatted(
              unsigned == 0 ? "" : " up to record " + (signedRecords - 1),
              records,
              checkpoints,
              head.substring(0, 16),
              unsigned == 0
                  ? ""
                  : "; the last %d records are not signed yet, so a change or a cut there cannot be seen"
                      .formatted(unsigned));
    }
  }

  /**
   * Something is not as it was written; nothing after it was looked at.
   *
   * @param seq the record at which it shows
   * @param file the name of the file in the ledger's directory
   * @param offset the byte of the file at which that record begins, or should
   */
  record Broken(Fault fault, long seq, String file, long offset, String sentence)
      implements Verification {}

  /** What was done to a ledger. */
  enum Fault {
    /** Bytes were changed. */
    FLIPPED,
    /** Records are gone from the middle. */
    MISSING,
    /** A record stands before one that was written earlier. */
    REORDERED,
    /** Records, or a part of one, are gone from the end of a file. */
    TRUNCATED,
    /** A record was put in that does not belong there. */
    SPLICED;

    /** The stable name. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
