package dev.sallyport.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What a first contract says of arguments, by their names in the approved input schema. */
record ArgumentDraft(Map<String, Suggestion> rules, List<String> audience) {
  private static final int MAX_RULES = 64;
  private static final int MAX_NAME_CHARS = 128;
  private static final Pattern WORD_END = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+");
  private static final Set<String> REACHING =
      Set.of(
          "to",
          "recipient",
          "recipients",
          "cc",
          "bcc",
          "email",
          "emails",
          "mailto",
          "url",
          "urls",
          "uri",
          "webhook",
          "callback",
          "endpoint",
          "host",
          "hostname",
          "domain",
          "channel",
          "channels",
          "room",
          "account",
          "iban",
          "bic",
          "payee",
          "beneficiary",
          "phone",
          "attendee",
          "attendees",
          "participant",
          "participants",
          "invitee",
          "invitees",
          "destination");
  private static final Set<String> CARRYING =
      Set.of(
          "body",
          "text",
          "message",
          "content",
          "contents",
          "subject",
          "html",
          "markdown",
          "description",
          "comment",
          "note",
          "notes",
          "attachment",
          "attachments",
          "data",
          "payload",
          "file",
          "files",
          "query");

  static ArgumentDraft of(JsonNode inputSchema, boolean egress) {
    Map<String, Suggestion> rules = new LinkedHashMap<>();
    List<String> audience = new ArrayList<>();
    for (var property : inputSchema.path("properties").properties()) {
      var name = property.getKey();
      if (rules.size() == MAX_RULES || name.isEmpty() || name.length() > MAX_NAME_CHARS) {
        continue;
      }
      if (isOneOf(name, REACHING)) {
        audience.add(path(name));
        rules.put(
            path(name),
            new Suggestion(
                "by its name, it says whom the call reaches: a value that anybody may have chosen"
                    + " needs a person",
                "{authority: [USER, ORG], else: ask}"));
      } else if (egress && isOneOf(name, CARRYING)) {
        rules.put(
            path(name),
            new Suggestion(
                "by its name, it says what is sent: whom the call reaches must be able to read it",
                "{readers: covers, else: ask}"));
      }
    }
    return new ArgumentDraft(rules, audience);
  }

  /** Whether a name's words are in a set, such as {@code recipientEmails} or {@code reply_to}. */
  private static boolean isOneOf(String name, Set<String> words) {
    return WORD_END
        .splitAsStream(name)
        .map(word -> word.toLowerCase(Locale.ROOT))
        .anyMatch(words::contains);
  }

  /** A name as a contract says it: a pointer where it would be taken for one. */
  private static String path(String name) {
    return name.startsWith("/") ? "/" + name.replace("~", "~0").replace("/", "~1") : name;
  }
}
