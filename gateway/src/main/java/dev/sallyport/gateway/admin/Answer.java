package dev.sallyport.gateway.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/** What an administrator is answered. The body is never changed after this. */
@SuppressWarnings("ArrayRecordComponent") // written once to a socket, compared by no one
record Answer(int status, String contentType, Map<String, String> headers, byte[] body) {
  Answer {
    headers = Map.copyOf(headers);
  }

  static Answer json(int status, JsonNode body) {
    return new Answer(status, "application/json", Map.of(), Json.bytes(body));
  }

  static Answer ok(JsonNode body) {
    return json(200, body);
  }

  Answer with(String header, String value) {
    var more = new HashMap<>(headers);
    more.put(header, value);
    return new Answer(status, contentType, more, body);
  }
}
