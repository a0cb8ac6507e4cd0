package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.Remedy;

/** What a model reads instead of a tool's answer. */
public final class RefusalText {
  private RefusalText() {}

  /** A refusal: the model may find another way. */
  public static String of(Refusal refusal) {
    var text = JsonNodeFactory.instance.objectNode();
    var error = text.putObject("error").put("code", refusal.code().code());
    error.put("advice", refusal.advice());
    if (!refusal.remedies().isEmpty()) {
      error.set("remedies", Remedy.json(refusal.remedies()));
    }
    return text.toString();
  }

  /** A call that was given up. */
  static String givenUp(String code) {
    var text = JsonNodeFactory.instance.objectNode();
    text.putObject("error").put("code", code).put("advice", "The call was given up.");
    return text.toString();
  }
}
