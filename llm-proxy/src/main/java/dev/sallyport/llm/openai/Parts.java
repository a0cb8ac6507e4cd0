package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CannotCarryException;

/** Makes the parts of a message of a translation those of OpenAI. */
final class Parts {
  private Parts() {}

  static ObjectNode plain(ObjectNode given, Changes changes) throws CannotCarryException {
    var part = given.deepCopy();
    if (part.remove("cache_control") != null) {
      changes.note("cache_control");
    }
    if (part.path("file") instanceof ObjectNode file && file.path("file_data").isTextual()) {
      if (!file.path("file_data").textValue().startsWith("data:")) {
        throw new CannotCarryException(
            "The provider of this model fetches no files: send the file itself, as a data URL.");
      }
      if (!file.path("filename").isTextual()) {
        file.put("filename", "document.pdf");
      }
    }
    return part;
  }
}
