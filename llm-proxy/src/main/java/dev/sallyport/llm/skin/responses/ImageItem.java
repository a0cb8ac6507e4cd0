package dev.sallyport.llm.skin.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.DataUrl;

/** Writes one image of an answer, which is whole at once. */
final class ImageItem {
  private static final String CALL = "image_generation_call";

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
    var item = OutputWriter.object().put("id", writer.nextId("ig")).put("type", CALL);
    int index = writer.begin(item.put("status", "in_progress").putNull("result"));
    writer.within("response." + CALL + ".in_progress", index, _ -> {});
    writer.within("response." + CALL + ".completed", index, _ -> {});
    writer.item(index).put("result", held.get().base64());
    writer.end(index, "completed");
    return true;
  }
}
