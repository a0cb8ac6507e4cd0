package dev.sallyport.identity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Decision.Allowed;
import dev.sallyport.identity.action.Decision.Denied;
import dev.sallyport.identity.action.Decision.Held;
import dev.sallyport.identity.action.Evidence;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.store.Directory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Evidence in files that are only ever appended to. Each method returns once its record is on the
 * disk; callers at the same time share one write. Thread-safe.
 *
 * <p>Each record carries the hash of all records before it, and every second the whole is signed:
 * {@link LedgerVerifier} shows any record that was changed, dropped, moved or put in. Whoever holds
 * both the files and the signing key can still write another history, unless checkpoints are also
 * kept elsewhere.
 *
 * <p>After a write that failed, nothing is written any more: every call throws {@link Refusal} with
 * {@link RefusalCode#EVIDENCE_UNAVAILABLE} until the ledger is opened again.
 */
public final class EvidenceLedger implements Evidence, AutoCloseable {
  private static final Logger LOG = System.getLogger(EvidenceLedger.class.getName());
  private static final String KEYS = "keys";
  private static final int RUN_BYTES = 8;

  private final DirectoryLock directoryLock;
  private final CommitQueue queue;
  private final CheckpointWriter checkpoints;
  private final Thread writerThread;
  private final Thread checkpointThread;
  private final RecordEncoder encoder;

  private EvidenceLedger(
      DirectoryLock directoryLock,
      CommitQueue queue,
      SegmentWriter segments,
      CheckpointWriter checkpoints,
      RecordEncoder encoder) {
    this.encoder = encoder;
    this.directoryLock = directoryLock;
    this.queue = queue;
    this.checkpoints = checkpoints;
    this.writerThread =
        Thread.ofPlatform()
            .daemon()
            .name("evidence-writer")
            .start(new LedgerWriter(queue, segments, checkpoints));
    this.checkpointThread =
        Thread.ofPlatform().daemon().name("evidence-checkpoints").start(checkpoints);
  }

  /**
   * Opens the ledger of a directory, or begins one. A record that was torn when the last process
   * died is cut off; calls that it left without an outcome get the outcome {@code unknown}.
   *
   * @throws LedgerException if another process writes there, or the end of the ledger is damaged
   */
  public static EvidenceLedger open(LedgerConfig config, SigningKeys keys, InstantSource clock)
      throws IOException {
    return redacting(config, keys, clock, UnaryOperator.identity());
  }

  /**
   * Opens it as {@link #open} does.
   *
   * @param knownSecrets takes secrets that are known out of what records hold of arguments
   */
  public static EvidenceLedger redacting(
      LedgerConfig config,
      SigningKeys keys,
      InstantSource clock,
      UnaryOperator<JsonNode> knownSecrets)
      throws IOException {
    return open(config, keys, clock, Disk.real(), knownSecrets);
  }

  static EvidenceLedger open(LedgerConfig config, SigningKeys keys, InstantSource clock, Disk disk)
      throws IOException {
    return open(config, keys, clock, disk, UnaryOperator.identity());
  }

  private static EvidenceLedger open(
      LedgerConfig config,
      SigningKeys keys,
      InstantSource clock,
      Disk disk,
      UnaryOperator<JsonNode> knownSecrets)
      throws IOException {
    Files.createDirectories(config.directory());
    var directoryLock = DirectoryLock.take(config.directory());
    SegmentWriter segments = null;
    try {
      var tail = new LedgerRecovery(config.directory()).recover();
      addKey(config, keys);
      segments = new SegmentWriter(config, disk, clock, tail);
      begin(segments, tail, keys);
      Directory.force(config.directory());
      var queue = CommitQueue.ofVirtualThreads(config.queueCapacity());
      var checkpoints =
          new CheckpointWriter(
              config.origin(),
              keys,
              new CheckpointFile(config.directory(), disk),
              segments.head(),
              cause -> stopForGood(queue, cause));
      var encoder = new RecordEncoder(new SecureRandom(), knownSecrets);
      return new EvidenceLedger(directoryLock, queue, segments, checkpoints, encoder);
    } catch (IOException | RuntimeException e) {
      if (segments != null) {
        segments.close();
      }
      directoryLock.close();
      throw e;
    }
  }

  /** Ends what the last process left open, before anything new. */
  private static void begin(SegmentWriter segments, LedgerTail tail, SigningKeys keys)
      throws IOException {
    if (tail.truncatedBytes() > 0) {
      LOG.log(
          Level.WARNING,
          "Cut {0} bytes of a record off the end of the evidence: it was being written when the"
              + " last process ended, and nobody was told that it was kept",
          tail.truncatedBytes());
    }
    for (var call : List.copyOf(tail.openCalls())) {
      segments.append(RecordEncoder.unknownOutcome(call));
    }
    if (!tail.openCalls().isEmpty()) {
      LOG.log(
          Level.WARNING,
          "{0} calls were under way when the last process ended; their outcome is unknown",
          tail.openCalls().size());
    }
    segments.append(
        RecordEncoder.started(
            JsonNodeFactory.instance
                .objectNode()
                .put("run", run())
                .put("key", keys.keyId())
                .put("previous", tail.closedCleanly() ? "clean" : "died")
                .put("unknown_calls", tail.openCalls().size())
                .put("truncated_bytes", tail.truncatedBytes())));
    segments.commit();
  }

  /** A name for this opening, so that two ledgers never hold the same first record. */
  private static String run() {
    var name = new byte[RUN_BYTES];
    new SecureRandom().nextBytes(name);
    return HexFormat.of().formatHex(name);
  }

  private static void addKey(LedgerConfig config, SigningKeys keys) throws IOException {
    var file = config.directory().resolve(KEYS);
    var key = NoteKey.of(config.origin(), keys.publicKey()).written();
    if (!keys(config.directory()).contains(key)) {
      Files.writeString(file, key + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  /** The keys that checkpoints of a directory say they were signed with, in their written form. */
  static List<String> keys(Path directory) throws IOException {
    var file = directory.resolve(KEYS);
    return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.ISO_8859_1) : List.of();
  }

  @Override
  public Entry begin(CallId callId, Action action, Allowed decision) {
    write(() -> encoder.intent(callId, action, decision));
    return (outcome, facts) -> write(() -> encoder.outcome(callId, outcome, facts));
  }

  @Override
  public void denied(CallId callId, Action action, Denied decision) {
    write(() -> encoder.denied(callId, action, decision));
  }

  @Override
  public void held(CallId callId, Action action, Held decision, CallId approval) {
    write(() -> encoder.held(callId, action, decision, approval));
  }

  @Override
  public void lapsed(CallId approval, Outcome.Refused outcome, ObjectNode facts) {
    write(() -> encoder.outcome(approval, outcome, facts));
  }

  @Override
  public void event(String type, ObjectNode facts) {
    write(() -> RecordEncoder.event(type, facts));
  }

  private void write(Supplier<Body> record) {
    var pending = new Pending(encode(record));
    if (!queue.add(pending) || !pending.await()) {
      throw new Refusal(RefusalCode.EVIDENCE_UNAVAILABLE);
    }
  }

  private static Body encode(Supplier<Body> record) {
    try {
      return record.get();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A record could not be written down", e);
      throw new Refusal(RefusalCode.EVIDENCE_UNAVAILABLE);
    }
  }

  private static void stopForGood(CommitQueue queue, Throwable cause) {
    LOG.log(
        Level.ERROR, "Evidence cannot be signed any more; nothing goes on until a restart", cause);
    queue.close();
  }

  /**
   * Writes what was handed over, says that the writer stopped, signs a last time, and lets the
   * directory go. Calls that come later are refused.
   */
  @Override
  public void close() throws IOException {
    queue.close();
    join(writerThread);
    checkpoints.stop();
    join(checkpointThread);
    directoryLock.close();
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
