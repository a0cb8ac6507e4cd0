package dev.sallyport.mcp.openapi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.mcp.openapi.RequestBody.PartsBody;
import dev.sallyport.mcp.openapi.RequestBody.PartsBody.File;
import dev.sallyport.mcp.wire.Json;
import java.io.ByteArrayOutputStream;

/** Writes the parts of one body. Source: RFC 7578; HTML, "Multipart form data". */
final class PartsWriter {
  private static final String ARGUMENT = ParameterReader.BODY;
  private static final String CRLF = "\r\n";

  /** With what stands before them fewer than the 70 of RFC 2046, section 5.1.1. */
  private static final int BOUNDARY_DIGITS = 32;

  private final PartsBody form;
  private final JsonNode value;
  private final String boundary;
  private final FileBytes files = new FileBytes(ARGUMENT);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /**
   * A writer.
   *
   * @throws UnfitArgumentException if the value is no object
   */
  PartsWriter(PartsBody form, JsonNode value) {
    FieldValues.requireObject(ARGUMENT, value);
    this.form = form;
    this.value = value;
    this.boundary = "sallyport-" + Sha256.hex(Json.bytes(value)).substring(0, BOUNDARY_DIGITS);
  }

  /** What the body is. */
  String mediaType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  /**
   * The body.
   *
   * @throws UnfitArgumentException if a value cannot be written
   */
  byte[] write() {
    for (var member : value.properties()) {
      var name = member.getKey();
      var type = form.types().getOrDefault(name, "");
      var file = form.files().get(name);
      if (file != null) {
        addFiles(name, file, type, member.getValue());
      } else if (MediaTypes.isJson(type)) {
        add(named(name) + typed(type), FieldValues.json(member.getValue()).getBytes(UTF_8));
      } else {
        addTexts(name, type, member.getValue());
      }
    }
    out.writeBytes(("--" + boundary + "--" + CRLF).getBytes(UTF_8));
    return out.toByteArray();
  }

  private void addFiles(String name, File file, String type, JsonNode given) {
    var items = FieldValues.items(given);
    for (int i = 0; i < items.size(); i++) {
      var fileName = items.size() == 1 ? name : name + "-" + (i + 1);
      var head = named(name) + "; filename=\"" + quoted(fileName) + "\"" + typed(type);
      var bytes = files.of(items.get(i));
      switch (file) {
        case BYTES -> add(head, bytes);
        case BASE64 ->
            add(
                head + CRLF + "Content-Transfer-Encoding: base64",
                items.get(i).textValue().getBytes(UTF_8));
      }
    }
  }

  private void addTexts(String name, String type, JsonNode given) {
    for (var item : FieldValues.items(given)) {
      var usual = item.isContainerNode() ? "application/json" : "text/plain; charset=utf-8";
      var head = named(name) + typed(type.isEmpty() ? usual : type);
      add(head, FieldValues.textOrJson(ARGUMENT, item).getBytes(UTF_8));
    }
  }

  private void add(String head, byte[] content) {
    if (new String(content, ISO_8859_1).contains(boundary)) {
      throw new UnfitArgumentException(ARGUMENT, "holds what separates its parts");
    }
    out.writeBytes(("--" + boundary + CRLF + head + CRLF + CRLF).getBytes(UTF_8));
    out.writeBytes(content);
    out.writeBytes(CRLF.getBytes(UTF_8));
  }

  private static String named(String name) {
    return "Content-Disposition: form-data; name=\"" + quoted(name) + "\"";
  }

  private static String typed(String type) {
    return CRLF + "Content-Type: " + type;
  }

  private static String quoted(String name) {
    return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
  }
}
