// Tools whose schemas say more than types.
import { fromJsonSchema } from "@modelcontextprotocol/server";
import { text } from "./samples.mjs";

export function addSchemaTools(server) {
  server.registerTool(
    "json_schema_2020_12_tool",
    {
      description: "Has a schema with the words of JSON Schema 2020-12",
      inputSchema: fromJsonSchema(CONTACT),
    },
    (contact) => text(`It was called with ${JSON.stringify(contact)}`),
  );
  server.registerTool(
    "test_x_mcp_header",
    {
      description: "Has an argument that a header repeats",
      inputSchema: fromJsonSchema({
        type: "object",
        properties: {
          region: { type: "string", "x-mcp-header": "Region" },
          level: { type: "integer" },
        },
      }),
    },
    ({ region }) => text(`The region is ${region ?? "unknown"}.`),
  );
}

const CONTACT = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: {
    address: {
      $anchor: "addressDef",
      type: "object",
      properties: { street: { type: "string" }, city: { type: "string" } },
    },
  },
  properties: {
    name: { type: "string" },
    address: { $ref: "#/$defs/address" },
    contactMethod: { type: "string", enum: ["phone", "email"] },
    phone: { type: "string" },
    email: { type: "string" },
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  then: { required: ["phone"] },
  else: { required: ["email"] },
  additionalProperties: false,
};
