package dev.sallyport.gateway.demo.peer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The tools over the customers. */
final class CrmTools {
  private static final String ACCOUNT =
      """
      {"type": "object",
       "properties": {
         "id": {"type": "string"}, "name": {"type": "string"}, "owner": {"type": "string"},
         "email": {"type": "string", "format": "email"}, "arr": {"type": "integer"},
         "renewal": {"type": "string", "format": "date"},
         "notes": {"type": "string"}},
       "required": ["id", "name", "owner", "email", "arr", "renewal", "notes"]}
      """;

  private static final String QUERY =
      """
      {"name": "query_accounts",
       "description": "Look up accounts by when they renew.",
       "inputSchema": {
         "type": "object",
         "properties": {
           "renewing": {"type": "string", "enum": ["any", "this_quarter", "next_quarter"]}}},
       "outputSchema": {
         "type": "object",
         "properties": {
           "accounts": {"type": "array", "items": %s},
           "total": {"type": "integer"}},
         "required": ["accounts", "total"]},
       "annotations": {"readOnlyHint": true}}
      """
          .formatted(ACCOUNT);

  private static final String GET =
      """
      {"name": "get_account",
       "description": "Read one account by its id.",
       "inputSchema": {
         "type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
       "outputSchema": %s,
       "annotations": {"readOnlyHint": true}}
      """
          .formatted(ACCOUNT);

  private static final String UPDATE =
      """
      {"name": "update_account",
       "description": "Change the owner or the notes of an account.",
       "inputSchema": {
         "type": "object",
         "properties": {
           "id": {"type": "string"}, "owner": {"type": "string"}, "notes": {"type": "string"}},
         "required": ["id"]},
       "outputSchema": %s}
      """
          .formatted(ACCOUNT);

  private static final String EXPORT =
      """
      {"name": "export_accounts",
       "description": "Send the data of every customer to a destination outside.",
       "inputSchema": {
         "type": "object",
         "properties": {"destination": {"type": "string"}, "include": {"type": "string"}},
         "required": ["destination"]},
       "annotations": {"destructiveHint": true, "openWorldHint": true}}
      """;

  private static final String WHOAMI =
      """
      {"name": "whoami",
       "description": "Show the headers of the request that the CRM received.",
       "inputSchema": {"type": "object", "properties": {}},
       "annotations": {"readOnlyHint": true}}
      """;

  private CrmTools() {}

  static List<PeerTool> of(Crm crm) {
    return List.of(
        PeerTool.of(QUERY, call -> crm.query(call.text("renewing"))),
        PeerTool.of(GET, call -> crm.get(call.text("id"))),
        PeerTool.of(
            UPDATE, call -> crm.update(call.text("id"), call.text("owner"), call.text("notes"))),
        PeerTool.of(EXPORT, call -> crm.export(call.text("destination"), call.text("include"))),
        PeerTool.of(WHOAMI, CrmTools::headers));
  }

  private static JsonNode headers(PeerTool.Call call) {
    var answer = PeerTool.JSON.createObjectNode();
    var headers = answer.putObject("headers");
    call.headers().forEach(headers::put);
    return answer;
  }
}
