package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ContentPart;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the content of chat messages into Gemini's parts. */
final class PartsEncoder {
  private static final Pattern DATA =
      Pattern.compile(
          "data:([a-zA-Z]+/[a-zA-Z0-9.+-]+)(?:;[a-zA-Z0-9=._-]+)*;base64,(.*)", Pattern.DOTALL);
  private static final Pattern URL =
      Pattern.compile("(https?|gs)://[^\\s?#]+(?:[?#].*)?", Pattern.DOTALL);
  private static final Pattern ENDING =
      Pattern.compile("[a-z]+://[^?#]+\\.([A-Za-z0-9]{1,5})(?:[?#].*)?", Pattern.DOTALL);
  private static final Pattern SOUND = Pattern.compile("[a-z0-9-]{1,16}");
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("png", "image/png"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("webp", "image/webp"),
          Map.entry("gif", "image/gif"),
          Map.entry("heic", "image/heic"),
          Map.entry("heif", "image/heif"),
          Map.entry("pdf", "application/pdf"),
          Map.entry("txt", "text/plain"),
          Map.entry("md", "text/markdown"),
          Map.entry("csv", "text/csv"),
          Map.entry("html", "text/html"),
          Map.entry("xml", "text/xml"),
          Map.entry("json", "application/json"),
          Map.entry("mp3", "audio/mp3"),
          Map.entry("wav", "audio/wav"),
          Map.entry("flac", "audio/flac"),
          Map.entry("ogg", "audio/ogg"),
          Map.entry("mp4", "video/mp4"),
          Map.entry("mov", "video/mov"),
          Map.entry("mpeg", "video/mpeg"),
          Map.entry("webm", "video/webm"));

  private final Set<String> dropped;

  PartsEncoder(Set<String> dropped) {
    this.dropped = dropped;
  }

  /** The parts of content that can be nothing but text. */
  ArrayNode texts(JsonNode content, String place) throws CannotCarryException {
    var parts = parts(content, place);
    for (var part : parts) {
      if (!part.has("text")) {
        throw new CannotCarryException(place + " can only be text for this model's provider.");
      }
    }
    return parts;
  }

  /** The parts of content. Empty texts are left out: Gemini refuses them. */
  ArrayNode parts(JsonNode content, String place) throws CannotCarryException {
    var parts = JsonNodeFactory.instance.arrayNode();
    for (var one : ContentPart.of(content, place)) {
      part(parts, one.part(), one.place());
    }
    return parts;
  }

  private void part(ArrayNode parts, JsonNode part, String place) throws CannotCarryException {
    switch (part.path("type").asText("")) {
      case "text" -> text(parts, part.path("text"));
      case "refusal" -> text(parts, part.path("refusal"));
      case "image_url" -> image(parts, part.path("image_url"), place + "/image_url");
      case "file" -> file(parts, part.path("file"), place + "/file");
      case "input_audio" -> audio(parts, part.path("input_audio"), place + "/input_audio");
      default ->
          throw new CannotCarryException(
              place + " is of a kind that cannot be carried to the provider of this model.");
    }
    if (part.path("cache_control").isObject()) {
      dropped.add("cache_control");
    }
  }

  private static void text(ArrayNode parts, JsonNode text) {
    if (text.isTextual() && !text.textValue().isEmpty()) {
      parts.addObject().set("text", text);
    }
  }

  private void image(ArrayNode parts, JsonNode image, String place) throws CannotCarryException {
    var url = image.isTextual() ? image.textValue() : image.path("url").asText("");
    if (!image.path("detail").asText("auto").equals("auto")) {
      dropped.add("image_url.detail");
    }
    media(parts, url, place + "/url", "image/jpeg");
  }

  private void file(ArrayNode parts, JsonNode file, String place) throws CannotCarryException {
    if (!file.path("file_data").isTextual()) {
      throw new CannotCarryException(
          place + " must hold file_data, as data with base64 or a URL, for this model's provider.");
    }
    var ending = ENDING.matcher("file://f/" + file.path("filename").asText(""));
    if (file.hasNonNull("filename")) {
      dropped.add("messages.content.file.filename");
    }
    media(parts, file.path("file_data").textValue(), place + "/file_data", type(ending));
  }

  /**
   * Data, or where it is.
   *
   * @param usual the type of what does not name its own; empty if it has to
   */
  private static void media(ArrayNode parts, String url, String place, String usual)
      throws CannotCarryException {
    var data = DATA.matcher(url);
    if (data.matches()) {
      parts
          .addObject()
          .putObject("inlineData")
          .put("mimeType", data.group(1))
          .put("data", data.group(2));
      return;
    }
    if (!URL.matcher(url).matches()) {
      throw new CannotCarryException(place + " must be http, https, gs, or data with base64.");
    }
    var own = type(ENDING.matcher(url));
    var known = own.isEmpty() && !url.startsWith("gs:") ? usual : own;
    if (known.isEmpty()) {
      throw new CannotCarryException(
          place + " must end in what tells its type, such as .png, for this model's provider.");
    }
    parts.addObject().putObject("fileData").put("mimeType", known).put("fileUri", url);
  }

  private static String type(Matcher ending) {
    return ending.matches() ? TYPES.getOrDefault(ending.group(1).toLowerCase(Locale.ROOT), "") : "";
  }

  private static void audio(ArrayNode parts, JsonNode audio, String place)
      throws CannotCarryException {
    var format = audio.path("format").asText("").toLowerCase(Locale.ROOT);
    if (!audio.path("data").isTextual() || !SOUND.matcher(format).matches()) {
      throw new CannotCarryException(place + " must hold data and its format, such as wav.");
    }
    var data = parts.addObject().putObject("inlineData").put("mimeType", "audio/" + format);
    data.set("data", audio.path("data"));
  }
}
