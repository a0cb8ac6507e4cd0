package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.WireJson;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/** The frames of AWS's event streams. Source: AWS, "Event stream encoding". */
final class EventFrames {
  static final String CONTENT_TYPE = "application/vnd.amazon.eventstream";

  private static final byte TEXT = 7;
  private static final int PRELUDE = 8;
  private static final int OVERHEAD = 16;

  private EventFrames() {}

  static byte[] event(String type, JsonNode payload) {
    var headers = new LinkedHashMap<String, String>();
    headers.put(":event-type", type);
    headers.put(":content-type", "application/json");
    headers.put(":message-type", "event");
    return frame(headers, WireJson.bytes(payload));
  }

  static byte[] exception(String type, String message) {
    var headers = new LinkedHashMap<String, String>();
    headers.put(":exception-type", type);
    headers.put(":content-type", "application/json");
    headers.put(":message-type", "exception");
    return frame(headers, WireJson.bytes(Trees.object().put("message", message)));
  }

  private static byte[] frame(Map<String, String> headers, byte[] payload) {
    var head = new ByteArrayOutputStream();
    headers.forEach((name, value) -> {
      var text = value.getBytes(StandardCharsets.UTF_8);
      head.write(name.length());
      head.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
      head.write(TEXT);
      head.write(text.length >> 8);
      head.write(text.length);
      head.writeBytes(text);
    });
    var frame = ByteBuffer.allocate(OVERHEAD + head.size() + payload.length);
    frame.putInt(frame.capacity()).putInt(head.size());
    frame.putInt(crc(frame.array(), PRELUDE));
    frame.put(head.toByteArray()).put(payload);
    frame.putInt(crc(frame.array(), frame.position()));
    return frame.array();
  }

  private static int crc(byte[] bytes, int length) {
    var crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
