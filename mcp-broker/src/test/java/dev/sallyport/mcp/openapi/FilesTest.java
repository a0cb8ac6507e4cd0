package dev.sallyport.mcp.openapi;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes are given in base64, and sent as the document says. */
class FilesTest extends OpenApiScene {
  private static final byte[] PICTURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0, (byte) 0xff};
  private static final String PICTURE64 = Base64.getEncoder().encodeToString(PICTURE);
  private static final String DOCUMENT =
      """
      openapi: 3.1.0
      paths:
        /parts:
          post:
            operationId: parts
            requestBody:
              description: A picture and what is said of it.
              content:
                multipart/form-data:
                  schema: {$ref: "#/components/schemas/Upload"}
                  encoding: {photo: {contentType: image/jpeg}, typed: {contentType: image/gif}}
        /composed:
          post:
            operationId: composed
            requestBody:
              content:
                multipart/form-data:
                  schema: {allOf: [{$ref: "#/components/schemas/Upload"}, {required: [file]}]}
        /bounded:
          post:
            operationId: bounded
            requestBody:
              content:
                multipart/form-data:
                  schema:
                    allOf:
                      - {$ref: "#/components/schemas/Bounded"}
                      - {required: [file], properties: {file: {maxLength: 3}, many: {maxItems: 2}}}
                    oneOf:
                      - properties: {other: {type: string, format: binary, maxLength: 2}}
                      - {required: [url], properties: {url: {type: string}}}
        /bytes:
          put:
            operationId: bytes
            requestBody: {description: The asset., content: {application/octet-stream: {}}}
        /picture:
          put:
            operationId: picture
            requestBody:
              content: {image/png: {schema: {type: string, format: binary}}, application/xml: {}}
      components:
        schemas:
          Bounded:
            properties:
              file: {type: string, format: binary, maxLength: 3}
              many: {type: array, items: {type: string, format: binary, maxLength: 3}}
              given: {type: string, format: binary, readOnly: true}
          File: {type: string, format: binary, description: A file of the shop.}
          Upload:
            type: object
            required: [file]
            properties:
              file: {type: string, format: binary, description: The picture.}
              photo: {contentMediaType: image/png}
              plain: {contentMediaType: application/pdf}
              typed: {}
              shared: {$ref: "#/components/schemas/File"}
              encoded: {type: string, contentEncoding: base64, contentMediaType: image/png}
              many: {type: array, maxItems: 3, items: {$ref: "#/components/schemas/File"}}
              either:
                anyOf:
                  - {type: string, format: binary}
                  - {type: array, items: {type: string, format: binary}}
                  - {type: "null"}
              note: {type: string}
      """;

  private String sent(String tool, JsonNode body) {
    ObjectNode arguments = Json.object().set("body", body);
    call(upstream(DOCUMENT), tool, arguments);
    return api.last().body();
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "parts    | file    | application/octet-stream",
        "parts    | photo   | image/jpeg",
        "parts    | plain   | application/pdf",
        "parts    | typed   | image/gif",
        "parts    | shared  | application/octet-stream",
        "parts    | either  | application/octet-stream",
        "composed | file    | application/octet-stream",
        "composed | photo   | image/png",
      })
  void sendsAPartAsItsBytesWithAFileName(String tool, String name, String type) {
    var body = sent(tool, Json.object().put(name, PICTURE64));

    assertThat(body)
        .contains(
            "\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n"
                    .formatted(name, name)
                + "Content-Type: %s\r\n\r\n".formatted(type)
                + latin(PICTURE)
                + "\r\n--");
  }

  @Test
  void namesEachFileOfAList() {
    var body = Json.object();
    body.putArray("many").add(PICTURE64).add("");
    body.put("note", "x");

    assertThat(sent("parts", body))
        .contains("name=\"many\"; filename=\"many-1\"\r\n", latin(PICTURE))
        .contains("name=\"many\"; filename=\"many-2\"\r\n")
        .contains("name=\"note\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nx\r\n");
  }

  /** Source: OpenAPI 3.1.1, "Encoding multipart Media Types". */
  @Test
  void leavesAPartInBase64WhereTheDocumentSaysSo() {
    assertThat(sent("parts", Json.object().put("encoded", PICTURE64)))
        .contains(
            "name=\"encoded\"; filename=\"encoded\"\r\nContent-Type: image/png\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n"
                + PICTURE64
                + "\r\n--");
  }

  @ParameterizedTest
  @CsvSource({"bytes, application/octet-stream", "picture, image/png"})
  void sendsABodyAsItsBytes(String tool, String type) {
    assertThat(sent(tool, Json.object().textNode(PICTURE64))).isEqualTo(latin(PICTURE));
    assertThat(api.last().header("Content-Type")).isEqualTo(type);
  }

  @Test
  void tellsCallersToGiveBase64() {
    var listing = upstream(DOCUMENT).inspect(Lent.nothing());
    var parts = tool(listing, "parts").at("/inputSchema/properties/body");
    var base64 = "{'type': 'string', 'contentEncoding': 'base64'";

    assertThat(parts.path("description").asText())
        .isEqualTo(
            "A picture and what is said of it. Give in base64: either, encoded, file, many, photo,"
                + " plain, shared, typed.");
    assertThat(parts.at("/properties/file"))
        .isEqualTo(json(base64 + ", 'description': 'The picture.'}"));
    assertThat(parts.at("/properties/photo"))
        .isEqualTo(json(base64 + ", 'contentMediaType': 'image/png'}"));
    assertThat(parts.at("/properties/shared"))
        .isEqualTo(json(base64 + ", 'description': 'A file of the shop.'}"));
    assertThat(parts.at("/properties/many/items/contentEncoding").asText()).isEqualTo("base64");
    assertThat(parts.at("/properties/many/maxItems").asInt()).isEqualTo(3);
    assertThat(parts.at("/properties/either/anyOf/1/items")).isEqualTo(json(base64 + "}"));
    assertThat(parts.at("/properties/note")).isEqualTo(json("{'type': 'string'}"));
    assertThat(tool(listing, "composed").at("/inputSchema/properties/body/description").asText())
        .contains("file");
    assertThat(tool(listing, "bytes").at("/inputSchema/properties/body"))
        .isEqualTo(
            json(
                base64
                    + ", 'contentMediaType': 'application/octet-stream',"
                    + " 'description': 'The asset. Give the bytes in base64.'}"));
  }

  /** The bounds of a document are those of the bytes. */
  @Test
  void tellsSoInEachPartOfWhatABodyIsComposedOf() {
    var body =
        tool(upstream(DOCUMENT).inspect(Lent.nothing()), "bounded")
            .at("/inputSchema/properties/body");
    var base64 = "{'type': 'string', 'contentEncoding': 'base64'}";

    assertThat(body.path("allOf"))
        .isEqualTo(
            json(
                "[{'properties': {'file': %s, 'many': {'type': 'array', 'items': %s}}},"
                        .formatted(base64, base64)
                    + "{'required': ['file'], 'properties': {'file': {}, 'many': {'maxItems': 2}}},"
                    + "{'anyOf': [{'properties': {'other': %s}},".formatted(base64)
                    + "{'required': ['url'], 'properties': {'url': {'type': 'string'}}}]}]"));
    assertThat(body.has("oneOf")).isFalse();
    assertThat(sent("bounded", Json.object().put("file", PICTURE64))).contains(latin(PICTURE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          parts | {'file': 'no base64'}
          parts | {'file': 'QQ'}
          parts | {'file': 'QQ==x'}
          parts | {'file': 'Q Q='}
          parts | {'file': 'QUFB\\r\\nQUFB'}
          parts | {'file': '-_-_'}
          parts | {'file': 'data:;base64,QQ=='}
          parts | {'file': 7}
          parts | {'file': {'data': 'QQ=='}}
          parts | {'file': [['QQ==']]}
          parts | {'many': ['QQ==', 'é']}
          parts | {'encoded': 'no base64'}
          parts | 'QQ=='
          bytes | 'no base64'
          bytes | ['QQ==']
          bytes | {}
          bytes | null
          """)
  void refusesWhatIsNotInBase64(String tool, String body) {
    assertThatThrownBy(() -> sent(tool, json(body)))
        .satisfies(hasCode(RefusalCode.INVALID_ARGUMENTS));
    assertThat(api.seen()).isEmpty();
  }

  @Test
  void sendsNoMoreBytesThanItsBound() {
    var half = Base64.getEncoder().encodeToString(new byte[FileBytes.MAX_BYTES / 2]);
    var most = Json.object();
    most.putArray("many").add(half).add(half);

    assertThat(sent("parts", most)).hasSizeGreaterThan(FileBytes.MAX_BYTES);
    most.put("file", "AA==");
    assertThatThrownBy(() -> sent("parts", most)).satisfies(hasCode(RefusalCode.REQUEST_TOO_LARGE));
    var more = Base64.getEncoder().encodeToString(new byte[FileBytes.MAX_BYTES + 1]);
    assertThatThrownBy(() -> sent("bytes", Json.object().textNode(more)))
        .satisfies(hasCode(RefusalCode.REQUEST_TOO_LARGE));
    assertThat(api.seen()).hasSize(1);
  }

  /** Whether a part is a file has to be known before it is given. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "multipart/form-data | {properties: {f: {anyOf: [{format: binary}, {type: integer}]}}}",
        "multipart/form-data | {properties: {f: {type: string, contentEncoding: base64url}}}",
        "multipart/form-data | {properties: {f: {type: string, contentEncoding:"
            + " quoted-printable}}}",
        "multipart/form-data | {properties: {f: {type: array, items: {format: binary}, anyOf:"
            + " [{$ref:"
            + " '#/paths/~1x/post/requestBody/content/multipart~1form-data/schema/properties/f'}]}}}",
        "multipart/mixed | {type: array}",
        "application/octet-stream | {type: string, format: byte}",
        "application/octet-stream | {type: string, contentEncoding: base64}",
        "application/zip | {type: object}",
        "application/x-protobuf | {properties: {a: {type: integer}}}",
        "image/* | {type: string, format: binary}",
        "application/xml | {type: string}",
      })
  void leavesOutWhatIsNotOneThing(String type, String schema) throws Exception {
    var document =
        """
        openapi: 3.1.0
        servers: [{url: "http://api.example"}]
        paths:
          /fit: {get: {operationId: fit}}
          /x: {post: {operationId: x, requestBody: {content: {%s: {schema: %s}}}}}
        """
            .formatted(type, schema);

    var operations = OperationsTest.operations(document, Set.of());

    assertThat(operations.unfit()).isEqualTo(Map.of("x", "unsupported_body"));
    assertThat(OperationsTest.names(operations)).isEqualTo(List.of("fit"));
  }
}
