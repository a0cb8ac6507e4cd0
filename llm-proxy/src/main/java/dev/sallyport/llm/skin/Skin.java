package dev.sallyport.llm.skin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.ModelRequest;
import java.util.Map;
import java.util.Set;

/**
 * One form in which callers talk: its requests become chat requests, and what is answered in chat
 * form becomes answers in it. Pure.
 */
public interface Skin {
  Form form();

  /** The same form as OpenRouter has it. */
  default Skin ofOpenRouter() {
    return this;
  }

  /**
   * Reads a request.
   *
   * @param body not copied: never changed after this
   * @throws Refusal with MALFORMED_REQUEST, saying what to mend
   */
  ModelRequest read(byte[] body);

  /** The headers of requests that belong to this form, by lower-case name. */
  default Set<String> headers() {
    return Set.of();
  }

  /**
   * Reads a request.
   *
   * @param headers those of its own, and those that tell of the caller
   * @param body not copied: never changed after this
   * @throws Refusal with MALFORMED_REQUEST, saying what to mend
   */
  default ModelRequest read(byte[] body, Map<String, String> headers) {
    return read(body).with(headers);
  }

  /**
   * A whole answer.
   *
   * @param chat the answer in chat form
   */
  byte[] whole(ModelRequest asked, ObjectNode chat);

  /** What a member of the chat form is called in this form, for those who are told of it. */
  default String ownName(String chatName) {
    return chatName;
  }

  /** Begins a streamed answer. */
  SkinStream stream(ModelRequest asked);
}
