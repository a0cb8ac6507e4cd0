// Tools that the conformance suite does not ask for, and the tests of this repository do.
import { fromJsonSchema } from "@modelcontextprotocol/server";
import { object, pause, text } from "./samples.mjs";

export function addBeyondTools(server) {
  server.registerTool(
    "echo_structured",
    {
      title: "Structured echo",
      description: "Answers with its arguments, as a structure and as text",
      inputSchema: fromJsonSchema(object({ message: { type: "string" } })),
      outputSchema: fromJsonSchema(object({ message: { type: "string" } })),
      annotations: { readOnlyHint: true },
      _meta: { "example.org/kept": [1, "two", { three: null }] },
    },
    (given) => ({
      content: [{ type: "text", text: JSON.stringify(given) }],
      structuredContent: given,
      _meta: { "example.org/kept": true },
    }),
  );
  server.registerTool("link_resource", { description: "Answers with a link" }, () => ({
    content: [{ type: "resource_link", uri: "test://static-text", name: "static-text" }],
  }));
  server.registerTool(
    "wait",
    {
      description: "Answers after some milliseconds, unless it is cancelled, and says so at home",
      inputSchema: fromJsonSchema(object({ millis: { type: "integer", minimum: 0 } })),
    },
    async ({ millis }, ctx) => {
      console.log(`waiting ${millis}`);
      ctx.mcpReq.signal.addEventListener("abort", () => console.log(`cancelled ${millis}`));
      await pause(millis, ctx.mcpReq.signal);
      return text(`It waited ${millis} ms.`);
    },
  );
}
