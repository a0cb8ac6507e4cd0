package dev.sallyport.identity.audit;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Reads the records of a ledger, also while it is being written: then up to what is whole. Checks
 * no hashes. Thread-safe.
 */
public final class EvidenceReader {
  /** Keeps decimals as they were recorded, so that a call is decided again on what it was. */
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static final String CALL_ID = "\"call_id\":\"";
  private static final String TYPE = "\"type\":\"";
  private static final String AT = "\"at\":\"";
  private static final Set<String> DECISIONS =
      Set.of(RecordType.INTENT.label(), RecordType.HELD.label(), RecordType.DENIED.label());
  private static final String TURN = "\"turn\":\"";

  private final Path directory;

  public EvidenceReader(Path directory) {
    this.directory = directory;
  }

  /** Gives every record to a reader, in order, one at a time. */
  public void forEach(Consumer<JsonNode> reader) throws IOException {
    for (var file : SegmentHeader.files(directory)) {
      scan(file, payload -> reader.accept(parse(payload)));
    }
  }

  /** Gives every record of a decision that was made from a moment on to a reader, in order. */
  public void decisions(Instant since, Consumer<JsonNode> reader) throws IOException {
    for (var file : SegmentHeader.files(directory)) {
      scan(
          file,
          payload -> {
            var line = new String(payload, StandardCharsets.ISO_8859_1);
            if (DECISIONS.contains(valueOf(line, TYPE))
                && !Instant.parse(valueOf(line, AT)).isBefore(since)) {
              reader.accept(parse(payload));
            }
          });
    }
  }

  /** The records of one call, in order. */
  public List<JsonNode> call(String callId) throws IOException {
    return calls(Set.of(callId));
  }

  /**
   * The ids of calls that begin like this, in the order of their first records.
   *
   * @param most the most to give
   */
  public List<String> callsBeginningWith(String start, int most) throws IOException {
    var found = new LinkedHashSet<String>();
    for (var file : SegmentHeader.files(directory)) {
      scan(
          file,
          payload -> {
            var id = valueOf(new String(payload, StandardCharsets.ISO_8859_1), CALL_ID);
            if (!id.isEmpty() && id.startsWith(start) && found.size() < most) {
              found.add(id);
            }
          });
    }
    return List.copyOf(found);
  }

  /** The records of all calls of one turn, in order. */
  public List<JsonNode> turn(String turnId) throws IOException {
    var calls = new LinkedHashSet<String>();
    for (var record : matching(line -> valueOf(line, TURN).equals(turnId))) {
      calls.add(record.path("call_id").asText());
    }
    return calls.isEmpty() ? List.of() : calls(calls);
  }

  /** The last records, oldest first. */
  public List<JsonNode> last(int count) throws IOException {
    var last = new ArrayDeque<byte[]>();
    for (var file : SegmentHeader.files(directory).reversed()) {
      var found = new ArrayDeque<byte[]>();
      scan(
          file,
          payload -> {
            found.addLast(payload);
            if (found.size() > count) {
              found.removeFirst();
            }
          });
      while (!found.isEmpty() && last.size() < count) {
        last.addFirst(found.removeLast());
      }
      if (last.size() == count) {
        break;
      }
    }
    return last.stream().map(EvidenceReader::parse).toList();
  }

  /**
   * Some records from a number on, for reading page by page.
   *
   * @param firstSeq the number of the first record wanted
   * @param limit the most records to give
   */
  public List<JsonNode> from(long firstSeq, int limit) throws IOException {
    var found = new ArrayList<JsonNode>();
    var files = SegmentHeader.files(directory);
    for (int i = 0; i < files.size() && found.size() < limit; i++) {
      boolean before = i + 1 < files.size() && SegmentHeader.firstSeq(files.get(i + 1)) <= firstSeq;
      if (!before) {
        scanFrom(files.get(i), firstSeq, limit, found);
      }
    }
    return found;
  }

  private static void scanFrom(Path file, long firstSeq, int limit, List<JsonNode> found)
      throws IOException {
    try (var reader = new SegmentReader(file)) {
      var header = reader.header();
      if (header.isEmpty()) {
        return;
      }
      for (long seq = header.get().size();
          found.size() < limit && reader.next() instanceof SegmentReader.Entry entry;
          seq++) {
        if (seq >= firstSeq) {
          found.add(parse(entry.payload()));
        }
      }
    }
  }

  private List<JsonNode> calls(Set<String> callIds) throws IOException {
    return matching(line -> callIds.contains(valueOf(line, CALL_ID)));
  }

  /** The records whose written form matches: the others need not be parsed. */
  private List<JsonNode> matching(Predicate<String> wanted) throws IOException {
    var found = new ArrayList<JsonNode>();
    for (var file : SegmentHeader.files(directory)) {
      scan(
          file,
          payload -> {
            if (wanted.test(new String(payload, StandardCharsets.ISO_8859_1))) {
              found.add(parse(payload));
            }
          });
    }
    return found;
  }

  /**
   * What follows the first place of a field's beginning, up to the next quotation mark. Such a text
   * cannot stand inside another value, where its quotation marks would be escaped.
   */
  private static String valueOf(String line, String field) {
    int start = line.indexOf(field);
    if (start < 0) {
      return "";
    }
    int from = start + field.length();
    return line.substring(from, line.indexOf('"', from));
  }

  private static void scan(Path file, Consumer<byte[]> reader) throws IOException {
    try (var segment = new SegmentReader(file)) {
      if (segment.header().isEmpty()) {
        return;
      }
      while (segment.next() instanceof SegmentReader.Entry entry) {
        reader.accept(entry.payload());
      }
    }
  }

  private static JsonNode parse(byte[] payload) {
    try {
      return MAPPER.readTree(payload);
    } catch (IOException e) {
      throw new IllegalStateException("a record of the evidence is not JSON; verify it", e);
    }
  }
}
