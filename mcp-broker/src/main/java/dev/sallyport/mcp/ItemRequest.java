package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A request about a prompt, a resource or a template, as its caller made it.
 *
 * @param kind what kind of thing it is about
 * @param method of JSON-RPC
 * @param name the prompt's name, the URI, or the template
 * @param params all that is sent on, without the name; of a completion, {@code argument} with its
 *     name and value, and nothing else of that name
 */
public record ItemRequest(Kind kind, String method, String name, ObjectNode params, Retry retry) {
  /** Whether it asks how an argument of the prompt or template goes on. */
  boolean isCompletion() {
    return method.equals("completion/complete");
  }

  /** What kind of thing a request is about. */
  public enum Kind {
    PROMPT,
    RESOURCE,
    TEMPLATE
  }
}
