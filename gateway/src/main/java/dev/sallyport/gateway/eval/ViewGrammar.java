package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.identity.action.RefusalCode;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What may stand in an answer that an agent is given: references, what a person approved, and the
 * gateway's own words. Whatever else stands there, an attacker may have chosen.
 *
 * @param names the names of members that may stand there
 * @param words the texts that may stand there
 */
record ViewGrammar(Set<String> names, Set<String> words) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern REFERENCE = Pattern.compile("\\{\\{[a-z]+#[0-9]+\\.[a-z2-7]{10}}}");
  private static final Pattern CALL_ID =
      Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final int MOST_NUMBERS = 16;

  /** The names of members that the gateway itself gives. */
  private static final Set<String> OWN_NAMES =
      Set.of(
          "content",
          "type",
          "text",
          "structuredContent",
          "isError",
          "_meta",
          "resultType",
          "error",
          "message",
          "details",
          "data",
          "result",
          "blocks",
          "json",
          "mimeType",
          "uri",
          "blob",
          "title",
          "description",
          "attachments",
          "block",
          "dev.sallyport/quarantine",
          "mode",
          "bits",
          "references",
          "value",
          "length",
          "count",
          "answer",
          "abstain",
          "reason",
          "contents",
          "messages",
          "role",
          "completion",
          "values",
          "jsonrpc",
          "method",
          "params",
          "progressToken",
          "progress",
          "total",
          "code",
          "id",
          "hasMore",
          "name",
          "ttlMs",
          "cacheScope",
          "advice",
          "callId",
          "retryAfterMillis");

  /** The words that the gateway itself says. */
  private static final Set<String> OWN_WORDS =
      Set.of(
          "text",
          "image",
          "audio",
          "resource",
          "resource_link",
          "unknown",
          "tool_error",
          "strict",
          "0",
          "<=32",
          "<=256",
          "<=4096",
          "<=65536",
          ">65536",
          "parse_error",
          "invalid_request",
          "method_not_found",
          "invalid_params",
          "internal_error",
          "other",
          "application/json",
          "application/octet-stream",
          "application/pdf",
          "audio/mpeg",
          "audio/ogg",
          "audio/wav",
          "image/gif",
          "image/jpeg",
          "image/png",
          "image/svg+xml",
          "image/webp",
          "text/csv",
          "text/html",
          "text/markdown",
          "text/plain",
          "complete",
          "user",
          "2.0",
          "refused",
          "notifications/progress",
          "The server answered with an error.",
          "public",
          "private");

  /**
   * A grammar.
   *
   * @param approvedNames the names of members that a person approved
   * @param approvedWords the texts that a person approved
   */
  static ViewGrammar of(Collection<String> approvedNames, Collection<String> approvedWords) {
    var names = new HashSet<>(OWN_NAMES);
    names.addAll(approvedNames);
    var words = new HashSet<>(OWN_WORDS);
    words.addAll(approvedWords);
    for (var refusal : RefusalCode.values()) {
      words.add(refusal.code());
      words.add(refusal.advice());
      words.add(refusal.code() + ": " + refusal.advice());
    }
    return new ViewGrammar(Set.copyOf(names), Set.copyOf(words));
  }

  /** The references in a text, in their order. */
  static List<String> references(String text) {
    return REFERENCE.matcher(text).results().map(one -> one.group()).toList();
  }

  /** How many characters stand there that an attacker may have chosen. */
  int chosen(JsonNode view) {
    int chosen = 0;
    if (view.isTextual()) {
      return inText(view.textValue());
    }
    for (var member : view.properties()) {
      var name = member.getKey();
      chosen += names.contains(name) || REFERENCE.matcher(name).matches() ? 0 : name.length();
      chosen += chosen(member.getValue());
    }
    if (view.isArray()) {
      int numbers = 0;
      for (var item : view) {
        numbers += item.isNumber() ? 1 : 0;
        chosen += chosen(item);
      }
      chosen += numbers > MOST_NUMBERS ? numbers : 0; // each may stand for a character
    }
    return chosen;
  }

  private int inText(String text) {
    if (words.contains(text)
        || CALL_ID.matcher(text).matches()
        || REFERENCE.matcher(text).matches()) {
      return 0;
    }
    try {
      var tree = JSON.readTree(text);
      return tree.isContainerNode() ? chosen(tree) : text.length();
    } catch (JsonProcessingException _) {
      return text.length();
    }
  }

  /** A view without what differs from turn to turn in a reference. */
  static String form(JsonNode view) {
    return view.toString().replaceAll("(\\{\\{[a-z]+#[0-9]+\\.)[a-z2-7]{10}}}", "$1}}");
  }
}
