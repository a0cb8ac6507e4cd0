package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ContentPart;
import java.util.Set;
import java.util.regex.Pattern;

/** Turns the content of chat messages into Converse's blocks. */
final class PartsEncoder {
  private static final Pattern DATA =
      Pattern.compile("data:([a-z]+/[a-zA-Z0-9.+-]+);base64,(.*)", Pattern.DOTALL);
  private static final Set<String> IMAGES = Set.of("png", "jpeg", "gif", "webp");
  private static final Set<String> AUDIO =
      Set.of("mp3", "opus", "wav", "aac", "flac", "mp4", "ogg", "m4a", "pcm", "webm");

  private final Set<String> dropped;
  private final Documents documents = new Documents();

  PartsEncoder(Set<String> dropped) {
    this.dropped = dropped;
  }

  /** The blocks of content that can be nothing but text. */
  ArrayNode texts(JsonNode content, String place) throws CannotCarryException {
    var blocks = blocks(content, place);
    for (var block : blocks) {
      if (!block.has("text") && !block.has("cachePoint")) {
        throw new CannotCarryException(place + " can only be text for this model's provider.");
      }
    }
    return blocks;
  }

  /** The blocks of content. Blank texts are left out: Bedrock refuses them. */
  ArrayNode blocks(JsonNode content, String place) throws CannotCarryException {
    var blocks = JsonNodeFactory.instance.arrayNode();
    for (var one : ContentPart.of(content, place)) {
      part(blocks, one.part(), one.place());
    }
    return blocks;
  }

  private void part(ArrayNode blocks, JsonNode part, String place) throws CannotCarryException {
    int before = blocks.size();
    switch (part.path("type").asText("")) {
      case "text" -> text(blocks, part.path("text"));
      case "refusal" -> text(blocks, part.path("refusal"));
      case "image_url" -> image(blocks, part.path("image_url"), place);
      case "file" -> file(blocks, part.path("file"), place);
      case "input_audio" -> audio(blocks, part.path("input_audio"), place);
      default ->
          throw new CannotCarryException(
              place + " is of a kind that cannot be carried to the provider of this model.");
    }
    if (blocks.size() > before) {
      CachePoints.add(blocks, part.path("cache_control"));
    }
  }

  private static void text(ArrayNode blocks, JsonNode text) {
    if (text.isTextual() && !text.textValue().isBlank()) {
      blocks.addObject().set("text", text);
    }
  }

  private void image(ArrayNode blocks, JsonNode image, String place) throws CannotCarryException {
    var url = image.isTextual() ? image.textValue() : image.path("url").asText("");
    if (!image.path("detail").asText("auto").equals("auto")) {
      dropped.add("image_url.detail");
    }
    var data = DATA.matcher(url);
    var format = data.matches() ? subtype(data.group(1)) : ending(url);
    if (!IMAGES.contains(format)) {
      throw new CannotCarryException(
          place
              + "/image_url/url must be data with base64 of a PNG, JPEG, GIF or WebP image, or in"
              + " S3, for this model's provider.");
    }
    var block = blocks.addObject().putObject("image").put("format", format);
    source(block, url);
  }

  private void file(ArrayNode blocks, JsonNode file, String place) throws CannotCarryException {
    var data = DATA.matcher(file.path("file_data").asText(""));
    var format = data.matches() ? Documents.format(data.group(1)) : Documents.format("");
    if (format.isEmpty()) {
      throw new CannotCarryException(
          place
              + "/file must hold file_data, as data with base64 of a PDF, CSV, HTML, text,"
              + " Markdown, Word or Excel file, for this model's provider.");
    }
    var block = blocks.addObject().putObject("document").put("format", format.get());
    block.put("name", documents.name(file.path("filename").asText("")));
    block.putObject("source").put("bytes", data.group(2));
  }

  private static void audio(ArrayNode blocks, JsonNode audio, String place)
      throws CannotCarryException {
    var format = audio.path("format").asText("");
    if (!AUDIO.contains(format) || !audio.path("data").isTextual()) {
      throw new CannotCarryException(
          place + "/input_audio must hold data of a format that this model's provider has.");
    }
    var block = blocks.addObject().putObject("audio").put("format", format);
    block.putObject("source").set("bytes", audio.path("data"));
  }

  private static void source(ObjectNode block, String url) {
    if (url.startsWith("s3://")) {
      block.putObject("source").putObject("s3Location").put("uri", url);
    } else {
      block.putObject("source").put("bytes", url.substring(url.indexOf(',') + 1));
    }
  }

  private static String ending(String url) {
    int dot = url.lastIndexOf('.');
    return url.startsWith("s3://") && dot > 0 ? plain(url.substring(dot + 1)) : "";
  }

  private static String subtype(String mediaType) {
    return mediaType.startsWith("image/") ? plain(mediaType.substring(6)) : "";
  }

  private static String plain(String format) {
    return format.equals("jpg") ? "jpeg" : format;
  }
}
