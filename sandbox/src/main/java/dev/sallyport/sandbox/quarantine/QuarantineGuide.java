package dev.sallyport.sandbox.quarantine;

/** How an agent uses references, in words that can be put where it reads them. */
public final class QuarantineGuide {
  /** For a tool's description. */
  public static final String IN_TOOL =
      "Text in the result comes as references such as {{txt#1.k4mzq7wx2a}}. Put one, exactly as"
          + " given, into any string argument of any tool to pass the text on.";

  /** For the description of the quarantine tools, or a system prompt. */
  public static final String FULL =
      """
      Results of tools come with text held back: {{kind#number.code}} stands for a text that you \
      do not see. The kind says what it should be: txt text, addr e-mail address, url, ident identifier, \
      date, num number, key name of a member, json object or array, blob bytes, val anything. \
      Equal references are equal texts. To pass a text on, put its reference, exactly as given, \
      into any string argument of any tool, alone or within other text. To tell it to the person \
      you work for, put the reference into your answer or call q_show. To look into one, call \
      q_get. q_count, q_filter, q_sort, q_dedupe, q_sum, q_min, q_max and q_compare work on held \
      lists and values, q_match picks an address, a date, a code or the like out of a text, \
      q_compose puts texts together, q_extract takes parts out of a text by a schema, q_map has a \
      text written anew; what they give can be passed on in turn. To learn something else about a \
      text, call q_ask with a closed question. Where a call needs a value that someone vouches \
      for, q_release asks a person.\
      """;

  private QuarantineGuide() {}
}
