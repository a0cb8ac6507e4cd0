package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import dev.sallyport.vault.Redactor;
import dev.sallyport.vault.redact.PackedText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Makes the result of a tool of what a server answered. */
final class AnswerReader {
  private static final int MAX_BLOB_BYTES = 4 * 1_024 * 1_024;

  private final String tool;
  private final Optional<Operation.Answer> declared;
  private final Redactor redactor;

  /**
   * A reader of one answer.
   *
   * @param declared what a success is, by the tool's definition
   */
  AnswerReader(String tool, Optional<Operation.Answer> declared, Redactor redactor) {
    this.tool = tool;
    this.declared = declared;
    this.redactor = redactor;
  }

  /**
   * The result.
   *
   * @param type the media type, with its parameters; empty if none was named
   * @throws Refusal with UPSTREAM_MALFORMED if the body is not what its type says, or with
   *     RESULT_TOO_LARGE
   */
  ObjectNode read(int status, String type, byte[] body) {
    var result = Json.object();
    var content = result.putArray("content");
    boolean success = status >= 200 && status < 300;
    if (!success) {
      content.addObject().put("type", "text").put("text", failure(status));
    }
    if (body.length == 0) {
      return empty(status, success, result);
    }
    if (MediaTypes.isJson(type)) {
      return readJson(status, success, body, result);
    }
    var text = isTextual(type, body) ? Optional.of(text(type, body)) : Optional.<String>empty();
    text.ifPresentOrElse(said -> addText(result, said), () -> addBlob(result, type, body));
    return success ? undeclared(result) : failed(status, Optional.empty(), result);
  }

  /** An error that is no JSON as it says is an error still, and said as far as it is text. */
  private ObjectNode readJson(int status, boolean success, byte[] body, ObjectNode result) {
    var tree = json(body);
    if (tree.isEmpty() && success) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
    tree.map(read -> new String(Json.bytes(read), StandardCharsets.UTF_8))
        .or(() -> decoded(StandardCharsets.UTF_8, body).map(redactor::redact))
        .ifPresent(said -> addText(result, said));
    return success ? succeeded(tree.orElseThrow(), result) : failed(status, tree, result);
  }

  private static String failure(int status) {
    return status >= 300 && status < 400
        ? "HTTP status %d: a redirect, which is not followed.".formatted(status)
        : "HTTP status %d.".formatted(status);
  }

  private ObjectNode empty(int status, boolean success, ObjectNode result) {
    if (!success) {
      return failed(status, Optional.empty(), result);
    }
    addText(result, "HTTP status %d, without a body.".formatted(status));
    return undeclared(result);
  }

  private ObjectNode succeeded(JsonNode tree, ObjectNode result) {
    boolean wrapped = declared.map(Operation.Answer::wrapped).orElse(!tree.isObject());
    JsonNode structured = wrapped ? Json.object().set("result", tree) : tree;
    if (declared.isPresent()
        && (!structured.isObject() || !declared.get().fits().test(structured))) {
      return undeclared(result);
    }
    result.set("structuredContent", structured);
    return result;
  }

  /**
   * A success whose form the tool's definition does not have. Where it promises one, a client would
   * take this for a fault of ours.
   */
  private ObjectNode undeclared(ObjectNode result) {
    if (declared.isPresent()) {
      addText(
          result, "The call succeeded. Its answer does not have the form of the output schema.");
      result.put("isError", true);
    }
    return result;
  }

  private static ObjectNode failed(int status, Optional<JsonNode> body, ObjectNode result) {
    var structured = result.putObject("structuredContent").put("status", status);
    body.ifPresent(tree -> structured.set("body", tree));
    return result.put("isError", true);
  }

  private Optional<JsonNode> json(byte[] body) {
    try {
      var tree = Json.parseResult(body);
      return Optional.of(PackedText.mayBeIn(body) ? redactor.redact(tree) : tree);
    } catch (MalformedJsonException _) {
      return Optional.empty();
    }
  }

  private static boolean isTextual(String type, byte[] body) {
    return MediaTypes.isText(type)
        || (type.isBlank() && decoded(StandardCharsets.UTF_8, body).isPresent());
  }

  private String text(String type, byte[] body) {
    var charset = charset(MediaTypes.charset(type).orElse("utf-8"));
    var text = decoded(charset, body);
    return redactor.redact(text.orElseThrow(() -> new Refusal(RefusalCode.UPSTREAM_MALFORMED)));
  }

  /** Those in which what was lent looks as it does in ASCII, so that it was found in the bytes. */
  private static Charset charset(String name) {
    return switch (name) {
      case "utf-8", "utf8" -> StandardCharsets.UTF_8;
      case "us-ascii", "ascii" -> StandardCharsets.US_ASCII;
      case "iso-8859-1", "latin1" -> StandardCharsets.ISO_8859_1;
      default -> throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    };
  }

  private static Optional<String> decoded(Charset charset, byte[] body) {
    try {
      var text = charset.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }

  private static void addText(ObjectNode result, String text) {
    result.withArray("content").addObject().put("type", "text").put("text", text);
  }

  private void addBlob(ObjectNode result, String type, byte[] body) {
    if (body.length > MAX_BLOB_BYTES) {
      throw new Refusal(RefusalCode.RESULT_TOO_LARGE);
    }
    var bare = MediaTypes.bare(type);
    result
        .withArray("content")
        .addObject()
        .put("type", "resource")
        .putObject("resource")
        .put("uri", "openapi:" + tool)
        .put("mimeType", MediaTypes.isOne(bare) ? bare : "application/octet-stream")
        .put("blob", Base64.getEncoder().encodeToString(body));
  }
}
