package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.DataUrl;

/** Makes the parts of a message of a translation those of OpenAI. */
final class Parts {
  private Parts() {}

  static ObjectNode plain(ObjectNode given, Changes changes) throws CannotCarryException {
    var part = given.deepCopy();
    if (part.remove("cache_control") != null) {
      changes.note("cache_control");
    }
    return part.path("file") instanceof ObjectNode file && file.path("file_data").isTextual()
        ? file(part, file)
        : part;
  }

  /** OpenAI takes files that are PDF: those of text become text, under their names. */
  private static ObjectNode file(ObjectNode part, ObjectNode file) throws CannotCarryException {
    var given = file.path("file_data").textValue();
    if (!given.startsWith("data:")) {
      throw new CannotCarryException(
          "The provider of this model fetches no files: send the file itself, as a data URL.");
    }
    var name = file.path("filename").asText("");
    var data = DataUrl.of(given);
    if (data.isPresent() && data.get().isText()) {
      var text = data.get().text("file_data of a file");
      return JsonNodeFactory.instance
          .objectNode()
          .put("type", "text")
          .put("text", name.isBlank() ? text : name + "\n" + text);
    }
    if (name.isBlank()) {
      file.put("filename", "document.pdf");
    }
    return part;
  }
}
