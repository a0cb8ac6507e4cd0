// What the server offers, to either era.
import { McpServer } from "@modelcontextprotocol/server";
import { addPrompts } from "./prompts.mjs";
import { addResources } from "./resources.mjs";
import { addAskingTools } from "./tools-asking.mjs";
import { addBeyondTools } from "./tools-beyond.mjs";
import { addChangeTools } from "./tools-changes.mjs";
import { addContentTools } from "./tools-content.mjs";
import { addRoundTools, state } from "./tools-rounds.mjs";
import { addSchemaTools } from "./tools-schemas.mjs";
import { addTellingTools } from "./tools-telling.mjs";

export function createServer(era, changes) {
  const server = new McpServer(
    { name: "mcp-fixture", version: "1.0.0" },
    {
      instructions: "A server for tests: every tool says what it does.",
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
        completions: {},
        logging: {},
      },
      requestState: { verify: state.verify },
    },
  );
  addContentTools(server);
  addTellingTools(server);
  addAskingTools(server);
  addRoundTools(server);
  addSchemaTools(server);
  addChangeTools(server, changes);
  addBeyondTools(server);
  addResources(server);
  addPrompts(server);
  changes.join(server, era);
  return server;
}
