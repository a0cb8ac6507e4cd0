package dev.sallyport.identity.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which calls of one file have an intent and no outcome. Not thread-safe. */
final class OpenCalls {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int START_BYTES = 200;
  private static final String TYPE = ",\"type\":\"";
  private static final String CALL_ID = "\",\"call_id\":\"";
  private static final String ROLLED = TYPE + "event\",\"event\":\"" + RecordEncoder.ROLLED + "\"";

  private final Set<String> open = new LinkedHashSet<>();
  private final Set<String> closedOnly = new LinkedHashSet<>();
  private boolean complete;
  private String lastType = "";

  /** Takes in the next record. */
  void see(byte[] payload) throws IOException {
    // The order of the fields is fixed, so the first few need no parser.
    var start =
        new String(payload, 0, Math.min(payload.length, START_BYTES), StandardCharsets.ISO_8859_1);
    int type = start.indexOf(TYPE);
    if (type >= 0 && start.startsWith(ROLLED, type)) {
      takeListed(payload);
    }
    take(valueOf(start, TYPE), valueOf(start, CALL_ID));
  }

  private static String valueOf(String start, String field) {
    int at = start.indexOf(field);
    if (at < 0) {
      return "";
    }
    int from = at + field.length();
    int to = start.indexOf('"', from);
    return to < 0 ? "" : start.substring(from, to);
  }

  private void take(String type, String callId) {
    lastType = type;
    if (type.equals(RecordType.INTENT.label())) {
      open.add(callId);
    } else if (type.equals(RecordType.OUTCOME.label())) {
      if (!open.remove(callId)) {
        closedOnly.add(callId);
      }
    } else if (type.equals(RecordType.STARTED.label())) {
      // Whatever was open before was given an outcome before this record was written.
      open.clear();
      complete = true;
    }
  }

  private void takeListed(byte[] payload) throws IOException {
    var listed = MAPPER.readTree(payload).path("facts").path("calls");
    if (listed.isArray()) {
      listed.forEach(call -> open.add(call.asText()));
      complete = true;
    }
  }

  /** Whether no earlier file needs to be read to know all open calls. */
  boolean isComplete() {
    return complete;
  }

  /** Whether the last record says that the writer stopped. */
  boolean endsStopped() {
    return lastType.equals(RecordType.STOPPED.label());
  }

  /** All open calls, given those of the earlier files. */
  Set<String> after(Set<String> earlier) {
    var all = new LinkedHashSet<String>();
    if (!complete) {
      all.addAll(earlier);
      all.removeAll(closedOnly);
    }
    all.addAll(open);
    return all;
  }
}
