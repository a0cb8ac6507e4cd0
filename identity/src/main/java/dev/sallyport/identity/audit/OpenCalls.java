package dev.sallyport.identity.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which calls of one file have an intent and no outcome. Not thread-safe. */
final class OpenCalls {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonFactory FACTORY = MAPPER.getFactory();

  private final Set<String> open = new LinkedHashSet<>();
  private final Set<String> closedOnly = new LinkedHashSet<>();
  private boolean complete;
  private String lastType = "";

  /** Takes in the next record. */
  void see(byte[] payload) throws IOException {
    var callId = "";
    var type = "";
    try (var json = FACTORY.createParser(payload)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        if (name.equals("type")) {
          type = json.getText();
        } else if (name.equals("call_id")) {
          callId = json.getText();
          break;
        } else if (name.equals("event")) {
          takeListed(json, payload);
          break;
        }
        json.skipChildren();
      }
    }
    take(type, callId);
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

  private void takeListed(JsonParser json, byte[] payload) throws IOException {
    if (!json.getText().equals(RecordEncoder.ROLLED)) {
      return;
    }
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
