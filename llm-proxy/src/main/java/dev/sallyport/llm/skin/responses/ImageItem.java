package dev.sallyport.llm.skin.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.DataUrl;
import java.util.Map;

/** One image of an answer, which is whole at once. */
final class ImageItem {
  /** Of its item. */
  static final String TYPE = "image_generation_call";

  /** How the forms of images begin in base64; an item does not say which it is. */
  private static final Map<String, String> BEGINNINGS =
      Map.of(
          "iVBORw0KGgo", "image/png",
          "/9j/", "image/jpeg",
          "R0lGOD", "image/gif",
          "UklGR", "image/webp");

  private ImageItem() {}

  /**
   * Writes it.
   *
   * @return whether there is a place for it: for one that stands elsewhere there is none
   */
  static boolean write(OutputWriter writer, JsonNode image) {
    var held = DataUrl.of(image.path("image_url").path("url").asText(""));
    if (held.isEmpty()) {
      return false;
    }
    var item = OutputWriter.object().put("id", writer.nextId("ig")).put("type", TYPE);
    int index = writer.begin(item.put("status", "in_progress").putNull("result"));
    writer.within("response." + TYPE + ".in_progress", index, _ -> {});
    writer.within("response." + TYPE + ".completed", index, _ -> {});
    writer.item(index).put("result", held.get().base64());
    writer.end(index, "completed");
    return true;
  }

  /** The image of an item that comes back, as chat has it. */
  static ObjectNode read(String base64) {
    var type =
        BEGINNINGS.entrySet().stream()
            .filter(form -> base64.startsWith(form.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse("image/png"); // as OpenAI's are, where nothing else is asked for
    var image = OutputWriter.object().put("type", "image_url");
    image.putObject("image_url").put("url", "data:" + type + ";base64," + base64);
    return image;
  }
}
