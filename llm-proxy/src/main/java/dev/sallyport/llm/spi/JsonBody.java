package dev.sallyport.llm.spi;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A JSON object as it came: its bytes, the one tree read from them, and where each member stands,
 * so that some can be changed while all else goes on byte by byte.
 */
public final class JsonBody {
  private static final byte BYTE_ORDER_MARK = (byte) 0xEF;

  private final byte[] bytes;
  private final ObjectNode tree;
  private final int opening;
  private final Map<String, Member> members;

  private JsonBody(byte[] bytes, ObjectNode tree, int opening, Map<String, Member> members) {
    this.bytes = bytes;
    this.tree = tree;
    this.opening = opening;
    this.members = members;
  }

  /**
   * Reads a caller's body.
   *
   * @param bytes not copied: never changed after this
   * @throws Refusal with MALFORMED_REQUEST, saying what to mend
   */
  public static JsonBody parse(byte[] bytes) {
    if (bytes.length > 0 && bytes[0] == BYTE_ORDER_MARK) {
      throw malformed("The body must be UTF-8 without a byte order mark.");
    }
    try (var parser = WireJson.MAPPER.createParser(bytes)) {
      return read(bytes, parser);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw malformed(
          at == null
              ? "The body is not valid JSON."
              : "The body is not valid JSON, or repeats a key, at line %d, column %d."
                  .formatted(at.getLineNr(), at.getColumnNr()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A body that was made here. */
  public static JsonBody of(ObjectNode tree) {
    return parse(WireJson.bytes(tree));
  }

  private static JsonBody read(byte[] bytes, JsonParser parser) throws IOException {
    var first = parser.nextToken();
    if (first != JsonToken.START_OBJECT) {
      throw malformed(first == null ? "The body is empty." : "The body must be one JSON object.");
    }
    var tree = JsonNodeFactory.instance.objectNode();
    var members = new LinkedHashMap<String, Member>();
    int opening = (int) parser.currentTokenLocation().getByteOffset();
    if (opening < 0) {
      throw malformed("The body must be UTF-8 without a byte order mark.");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      long key = parser.currentTokenLocation().getByteOffset();
      parser.nextToken();
      long value = parser.currentTokenLocation().getByteOffset();
      JsonNode read = WireJson.MAPPER.readTree(parser);
      tree.set(name, read);
      members.put(
          name, new Member((int) key, (int) value, (int) parser.currentLocation().getByteOffset()));
    }
    if (parser.nextToken() != null) {
      throw malformed("The body must be one JSON object, and nothing after it.");
    }
    return new JsonBody(bytes, tree, opening, members);
  }

  /** The bytes as they came. Not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** The tree read from the bytes. Not to be changed. */
  public ObjectNode tree() {
    return tree;
  }

  /**
   * The bytes as they came but for some members, of which at least one is left as it was or changed
   * in its place.
   *
   * @param changes the members to set, and those to take away: a missing node
   */
  public byte[] with(Map<String, JsonNode> changes) {
    var edits = new ArrayList<Edit>();
    var added = new ByteArrayOutputStream(0);
    boolean cut = false;
    for (var change : changes.entrySet()) {
      var value = change.getValue();
      var member = members.get(change.getKey());
      if (value.isMissingNode()) {
        cut |= member != null;
      } else if (member != null) {
        edits.add(new Edit(member.value, member.end, WireJson.bytes(value)));
      } else {
        added.writeBytes(WireJson.bytes(JsonNodeFactory.instance.textNode(change.getKey())));
        added.write(':');
        added.writeBytes(WireJson.bytes(value));
        added.write(',');
      }
    }
    if (cut) {
      cut(changes, edits);
    }
    if (added.size() > 0) {
      edits.addFirst(new Edit(opening + 1, opening + 1, added.toByteArray())); // before any cut
    }
    return edited(edits);
  }

  /** Takes each member away with the comma after it, or, at the end, with the one before it. */
  private void cut(Map<String, JsonNode> changes, List<Edit> edits) {
    var names = List.copyOf(members.keySet());
    int kept = names.size();
    while (kept > 0 && isCut(changes, names.get(kept - 1))) {
      kept--;
    }
    for (int i = 0; i < kept; i++) {
      if (isCut(changes, names.get(i))) {
        edits.add(new Edit(member(names.get(i)).key, member(names.get(i + 1)).key, new byte[0]));
      }
    }
    if (kept < names.size()) {
      int from = kept == 0 ? member(names.getFirst()).key : member(names.get(kept - 1)).end;
      edits.add(new Edit(from, member(names.getLast()).end, new byte[0]));
    }
  }

  private static boolean isCut(Map<String, JsonNode> changes, String name) {
    return changes.containsKey(name) && changes.get(name).isMissingNode();
  }

  private Member member(String name) {
    return Objects.requireNonNull(members.get(name), "a name of those that stand there");
  }

  private byte[] edited(List<Edit> edits) {
    edits.sort(Comparator.comparingInt(Edit::start));
    int length = bytes.length;
    for (var edit : edits) {
      length += edit.value.length - (edit.end - edit.start);
    }
    var out = ByteBuffer.allocate(length);
    int from = 0;
    for (var edit : edits) {
      out.put(bytes, from, edit.start - from).put(edit.value);
      from = edit.end;
    }
    return out.put(bytes, from, bytes.length - from).array();
  }

  private static Refusal malformed(String advice) {
    return new Refusal(RefusalCode.MALFORMED_REQUEST, advice);
  }

  /** Where a member stands: its key's first byte, its value's first, and the one after that. */
  private record Member(int key, int value, int end) {}

  /** What stands in the place of some bytes. */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, compared by no one
  private record Edit(int start, int end, byte[] value) {}
}
