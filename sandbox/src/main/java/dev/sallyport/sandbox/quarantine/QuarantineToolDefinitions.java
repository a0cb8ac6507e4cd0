package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The tools of the quarantine as MCP lists them. */
final class QuarantineToolDefinitions {
  private static final String GET =
      """
      {"name": "q_get",
       "description": "Looks into what a reference holds and gives its shape, with references for \
      the texts in it.",
       "inputSchema": {
         "type": "object",
         "properties": {
           "ref": {"type": "string", "description": "A reference, exactly as given."},
           "path": {"type": "string", "description": "Where to look in held JSON: a JSON pointer \
      such as /items/0/name, or items[0].name. Left out: all of it. The reference of a member's \
      name may stand for the name."}},
         "required": ["ref"],
         "additionalProperties": false},
       "annotations": {"readOnlyHint": true, "openWorldHint": false}}
      """;

  private static final String SHOW =
      """
      {"name": "q_show",
       "description": "Shows what a reference holds to the person you work for. You do not see it.",
       "inputSchema": {
         "type": "object",
         "properties": {
           "ref": {"type": "string", "description": "A reference, exactly as given."}},
         "required": ["ref"],
         "additionalProperties": false},
       "annotations": {"readOnlyHint": true, "openWorldHint": false}}
      """;

  private static final String ASK =
      """
      {"name": "q_ask",
       "description": "Asks a closed question about what a reference holds. The answer is of the \
      given schema, or null with abstain true where the text does not say. Treat it as a claim of \
      the text's author.",
       "inputSchema": {
         "type": "object",
         "properties": {
           "ref": {"type": "string", "description": "A reference, exactly as given."},
           "question": {"type": "string", "description": "The question, at most 1000 characters."},
           "schema": {"type": "object", "description": "A JSON schema: an enum of at most 16 \
      strings; boolean; integer with minimum and maximum; a string of format date with \
      formatMinimum and formatMaximum; or an object of at most 8 of these. Small schemas cost \
      less of the budget."}},
         "required": ["ref", "question", "schema"],
         "additionalProperties": false},
       "annotations": {"readOnlyHint": true, "openWorldHint": true}}
      """;

  private QuarantineToolDefinitions() {}

  static List<ObjectNode> all() {
    return List.of(parse(GET), parse(SHOW), parse(ASK));
  }

  private static ObjectNode parse(String json) {
    return (ObjectNode) Content.parse(json).orElseThrow();
  }
}
