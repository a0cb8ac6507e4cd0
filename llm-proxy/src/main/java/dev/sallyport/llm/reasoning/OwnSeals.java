package dev.sallyport.llm.reasoning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the seals of reasoning in an answer that goes by in its caller's own form, of Messages or
 * of Responses. For one thread.
 */
public final class OwnSeals {
  private static final List<byte[]> BEARING =
      List.of(ascii("\"signature"), ascii("\"redacted_thinking\""), ascii("\"encrypted_content\""));

  private final Set<String> seals = new LinkedHashSet<>();

  /** A signature may come in several parts. */
  private final TreeMap<Integer, StringBuilder> signatures = new TreeMap<>();

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Takes an event of a streamed answer. Most bear no seal, and are not read. */
  public void take(byte[] frame) {
    if (BEARING.stream().noneMatch(name -> Bytes.contain(frame, name))) {
      return;
    }
    var text = new String(frame, StandardCharsets.UTF_8);
    int start = text.indexOf('{');
    if (start < 0) {
      return;
    }
    try {
      var event = WireJson.object(text.substring(start).getBytes(StandardCharsets.UTF_8));
      var signature = event.path("delta").path("signature");
      if (signature.isTextual()) {
        signatures
            .computeIfAbsent(event.path("index").asInt(), _ -> new StringBuilder())
            .append(signature.textValue());
      }
      block(event.path("content_block"));
      if (event.path("type").asText().equals("response.output_item.done")) {
        block(event.path("item"));
      }
    } catch (MalformedReplyException _) {
      return; // what goes by is not held up by what is remembered of it
    }
  }

  /** Takes a whole answer. */
  public void takeWhole(byte[] body) {
    if (BEARING.stream().noneMatch(name -> Bytes.contain(body, name))) {
      return;
    }
    try {
      var answer = WireJson.object(body);
      answer.path("content").forEach(this::block);
      answer.path("output").forEach(this::block);
    } catch (MalformedReplyException _) {
      return;
    }
  }

  private void block(JsonNode block) {
    switch (block.path("type").asText()) {
      case "thinking" -> Seals.add(seals, block.path("signature"));
      case "redacted_thinking" -> Seals.add(seals, block.path("data"));
      case "reasoning" -> Seals.add(seals, block.path("encrypted_content"));
      default -> {
        return;
      }
    }
  }

  /** Those that were found. */
  public Set<String> seals() {
    var all = new LinkedHashSet<>(seals);
    signatures.values().forEach(one -> Seals.add(all, TextNode.valueOf(one.toString())));
    return all;
  }
}
