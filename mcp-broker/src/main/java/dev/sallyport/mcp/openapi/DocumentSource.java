package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a document is. */
public sealed interface DocumentSource {
  /** In a file, which may change. */
  record File(Path path) implements DocumentSource {}

  /** In the resource of the server. Treat as immutable. */
  record Inline(ObjectNode document) implements DocumentSource {}

  /**
   * The text of the document as it is now.
   *
   * @throws InvalidDocumentException if there is none that can be read, or it is too large
   */
  default byte[] read() throws InvalidDocumentException {
    return switch (this) {
      case Inline(var document) -> Json.bytes(document);
      case File(var path) -> read(path);
    };
  }

  /** What is wrong in the document, with the line of it if that is in a file. */
  default String problem(InvalidDocumentException mistake) {
    if (!(this instanceof File) || mistake.pointer().isEmpty()) {
      return mistake.problem();
    }
    try {
      var line = DocumentText.line(read(), mistake.pointer());
      return (line.isPresent() ? "line %d: ".formatted(line.getAsInt()) : "") + mistake.problem();
    } catch (InvalidDocumentException _) {
      return mistake.problem();
    }
  }

  private static byte[] read(Path path) throws InvalidDocumentException {
    if (!Files.isRegularFile(path)) {
      throw new InvalidDocumentException("", "there is no plain file of this name");
    }
    try (var in = Files.newInputStream(path)) {
      return in.readNBytes(DocumentText.MAX_BYTES + 1);
    } catch (IOException _) {
      throw new InvalidDocumentException("", "the file cannot be read");
    }
  }
}
