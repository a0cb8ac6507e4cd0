package dev.sallyport.llm.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.ModelRequest;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What requests that follow each other have in common: one principal, and a name that they give, or
 * the words that all of them begin with. The same in every process; not looked for until someone
 * asks. For one thread.
 *
 * <p>Source: OpenRouter, "Provider Routing", what sticks to a provider.
 */
public final class Conversation {
  /** The header that names one. */
  public static final String HEADER = "x-session-id";

  private static final String MEMBER = "session_id";
  private static final String CACHE_KEY = "prompt_cache_key";
  private static final String WORDS = "first_words";

  /** The longest name that is heeded, in characters. */
  private static final int LONGEST = 256;

  private final Owner owner;
  private final ModelRequest request;
  private Optional<Key> key = Optional.empty();

  /**
   * The conversation of a request as its caller sent it, before anything was taken away for a
   * model, which need not be the same in every request.
   *
   * @param owner whose it is: no other's is the same
   */
  public Conversation(Owner owner, ModelRequest request) {
    this.owner = owner;
    this.request = request;
  }

  /** What it goes by: {@code session_id} and the like, or {@code first_words}. */
  public String by() {
    return key().by();
  }

  /**
   * A number of this conversation and a deployment: evenly spread between 0 and 1, neither of them.
   */
  double draw(Deployment deployment) {
    var digest =
        Sha256.of(String.join("\n", key().digest(), deployment.alias(), deployment.name()));
    long bits = ByteBuffer.wrap(digest).getLong() >>> (Long.SIZE - 53);
    return (bits + 0.5) * 0x1.0p-53;
  }

  private Key key() {
    var found = key.orElseGet(this::read);
    key = Optional.of(found);
    return found;
  }

  private Key read() {
    var header = Optional.ofNullable(request.headers().get(HEADER));
    return name(MEMBER)
        .map(name -> key(MEMBER, MEMBER, name))
        .or(() -> header.map(name -> key(HEADER, MEMBER, name)))
        .or(() -> name(CACHE_KEY).map(name -> key(CACHE_KEY, CACHE_KEY, name)))
        .orElseGet(() -> key(WORDS, WORDS, opening(), first(false)));
  }

  /** What a member of a request names a conversation; empty if it is no name for one. */
  public static Optional<String> name(JsonNode given) {
    return Optional.ofNullable(given.textValue())
        .filter(name -> !name.isEmpty() && name.length() <= LONGEST);
  }

  private Optional<String> name(String member) {
    return name(request.chat().tree().path(member));
  }

  /**
   * What stands before the first message: the system's words, or who an Anthropic client says it is
   * asking for. Claude Code changes the former with every request.
   */
  private String opening() {
    var user = request.chat().tree().path("user");
    return request.form() == Form.MESSAGES && user.isTextual()
        ? "user " + user.textValue()
        : "system " + first(true);
  }

  private String first(boolean system) {
    for (var message : request.chat().tree().path("messages")) {
      var role = message.path("role").asText();
      if (system == (role.equals("system") || role.equals("developer"))) {
        return words(message.path("content"));
      }
    }
    return "";
  }

  /** A text is the same alone and in parts, with and without a mark for a cache, which moves on. */
  private static String words(JsonNode content) {
    return content.isArray()
        ? StreamSupport.stream(content.spliterator(), false)
            .map(Conversation::part)
            .collect(Collectors.joining("\n"))
        : content.asText();
  }

  private static String part(JsonNode part) {
    if (part.path("text").isTextual()) {
      return part.path("text").textValue();
    }
    return part instanceof ObjectNode object
        ? object.deepCopy().without("cache_control").toString()
        : part.toString();
  }

  /** No two lists of parts make the same key, of whatever kind they are. */
  private Key key(String by, String kind, String... parts) {
    var text = new StringBuilder();
    Stream.concat(Stream.of(owner.text(), kind), Stream.of(parts))
        .forEach(part -> text.append(part.length()).append(':').append(part));
    return new Key(by, Sha256.hex(text.toString()));
  }

  /** What a conversation goes by, and a digest of all that it is. */
  private record Key(String by, String digest) {}
}
