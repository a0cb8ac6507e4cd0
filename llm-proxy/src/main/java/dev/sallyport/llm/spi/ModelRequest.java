package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a caller asks of a model.
 *
 * @param form the caller's
 * @param chat the same in chat form
 * @param own the request as the caller wrote it, for a provider that speaks the caller's form;
 *     empty where the form is chat, and where the model may not see it as it is
 * @param dropped what the chat form has no place for, by its name in the caller's request
 * @param headers those of the caller's that belong to its form or tell of it, by lower-case name
 */
public record ModelRequest(
    Form form,
    ChatRequest chat,
    Optional<JsonBody> own,
    List<String> dropped,
    Map<String, String> headers) {
  public ModelRequest {
    own.ifPresent(body -> RequestRules.checkNames(body.tree()));
    dropped = List.copyOf(dropped);
    headers = Map.copyOf(headers);
  }

  /** A request without headers to be told. */
  public ModelRequest(Form form, ChatRequest chat, Optional<JsonBody> own, List<String> dropped) {
    this(form, chat, own, dropped, Map.of());
  }

  /** A request in chat form. */
  public static ModelRequest of(ChatRequest chat) {
    return new ModelRequest(Form.CHAT, chat, Optional.empty(), List.of());
  }

  /** The same, of which the model sees this and nothing else. */
  public ModelRequest seenAs(ChatRequest seen) {
    return new ModelRequest(form, seen, Optional.empty(), dropped, headers);
  }

  /** The same, of which those who do not get the caller's own see this. */
  public ModelRequest translatedAs(ChatRequest translation) {
    return translation == chat ? this : new ModelRequest(form, translation, own, dropped, headers);
  }

  /** The same, with these headers. */
  public ModelRequest with(Map<String, String> told) {
    return new ModelRequest(form, chat, own, dropped, told);
  }

  /** The same, asked of another alias and of no other beside it. */
  public ModelRequest askedOf(String alias) {
    if (alias.equals(chat.model()) && !chat.tree().has("models")) {
      return this;
    }
    var changes =
        Map.<String, JsonNode>of(
            "model",
            TextNode.valueOf(alias),
            "models",
            MissingNode.getInstance(),
            "fallbacks",
            MissingNode.getInstance());
    return new ModelRequest(
        form,
        ChatRequest.parse(chat.body().with(changes)),
        own.map(body -> JsonBody.parse(body.with(changes))),
        dropped,
        headers);
  }

  /** The alias asked for. */
  public String model() {
    return chat.model();
  }

  /**
   * Whether the caller wrote some words, as a name, a value or a header, in whatever case.
   *
   * @param words in lower case
   */
  public boolean says(String words) {
    return headers.values().stream().anyMatch(value -> holds(value, words))
        || says(chat.tree(), words)
        || own.filter(body -> says(body.tree(), words)).isPresent();
  }

  private static boolean says(JsonNode tree, String words) {
    if (tree.isTextual()) {
      return holds(tree.textValue(), words);
    }
    for (var member : tree.properties()) {
      if (holds(member.getKey(), words) || says(member.getValue(), words)) {
        return true;
      }
    }
    if (tree.isArray()) {
      for (var item : tree) {
        if (says(item, words)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean holds(String text, String words) {
    return text.toLowerCase(Locale.ROOT).contains(words);
  }
}
