package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.digest.Sha256;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The names of one request's tools, on both sides: Bedrock takes letters, digits, {@code _} and
 * {@code -}, at most 64. What it takes goes by as it is; another name gets what it takes of it, and
 * a part of its digest.
 */
final class Names {
  private static final int MOST = 64;
  private static final int DIGEST = 12;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
  private static final Pattern NOT_IN_NAMES = Pattern.compile("[^a-zA-Z0-9_-]");
  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_.:-]{1,64}");

  private final Map<String, String> callers = new HashMap<>();

  private Names() {}

  /** The names in a chat request. */
  static Names of(JsonNode chat) {
    var names = new Names();
    in(chat).forEach(name -> names.callers.put(bedrocks(name), name));
    return names;
  }

  private static Collection<String> in(JsonNode chat) {
    var names = new LinkedHashSet<String>();
    for (var tool : chat.path("tools")) {
      names.add(tool.path("function").path("name").asText(""));
    }
    for (var message : chat.path("messages")) {
      for (var call : message.path("tool_calls")) {
        names.add(call.path("function").path("name").asText(""));
      }
    }
    return names;
  }

  /** A name as Bedrock takes it. */
  static String bedrocks(String name) {
    if (NAME.matcher(name).matches()) {
      return name;
    }
    var plain = NOT_IN_NAMES.matcher(name).replaceAll("_");
    return plain.substring(0, Math.min(plain.length(), MOST - DIGEST - 1)) + "_" + digest(name);
  }

  /** An id of a call as Bedrock takes it. */
  static String id(String id) {
    return ID.matcher(id).matches() ? id : "call_" + digest(id) + digest(id + "\n");
  }

  /** A name of Bedrock's as the caller wrote it. */
  String callers(String name) {
    return callers.getOrDefault(name, name);
  }

  /** The first digits of a text's digest. */
  static String digest(String text) {
    return Sha256.hex(text).substring(0, DIGEST);
  }
}
