package dev.sallyport.llm.spi;

import java.time.Instant;
import java.util.Map;

/**
 * What an adapter is told of the deployment that a request goes to.
 *
 * @param upstreamModel the provider's name of the model
 * @param maxOutputTokens how many tokens an answer may have if the caller does not say
 * @param limited whether the provider must be told that number where the caller says none
 * @param at when the attempt began
 * @param from the form in which the caller asked; of any other than chat, a chat request is a
 *     translation and may have members that OpenAI does not know
 * @param site where the model is served
 * @param headers those of the caller's that belong to its form, by lower-case name
 */
public record Attempt(
    String upstreamModel,
    int maxOutputTokens,
    boolean limited,
    Instant at,
    Form from,
    Site site,
    Map<String, String> headers) {
  public Attempt {
    headers = Map.copyOf(headers);
  }

  /** An attempt for a caller who sent no header of its form. */
  public Attempt(
      String upstreamModel,
      int maxOutputTokens,
      boolean limited,
      Instant at,
      Form from,
      Site site) {
    this(upstreamModel, maxOutputTokens, limited, at, from, site, Map.of());
  }

  /** An attempt for a caller who asks in chat form, at a site of which nothing is known. */
  public Attempt(String upstreamModel, int maxOutputTokens, boolean limited, Instant at) {
    this(upstreamModel, maxOutputTokens, limited, at, Form.CHAT, Site.PLAIN);
  }
}
