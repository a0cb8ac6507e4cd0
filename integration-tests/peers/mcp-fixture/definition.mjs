// What the server offers, to either era.
import { McpServer } from "@modelcontextprotocol/server";
import { addPrompts } from "./prompts.mjs";
import { addResources } from "./resources.mjs";
import { EXTENSION } from "./tasks.mjs";
import { addAskingTools } from "./tools-asking.mjs";
import { addBeyondTools } from "./tools-beyond.mjs";
import { addChangeTools } from "./tools-changes.mjs";
import { addContentTools } from "./tools-content.mjs";
import { addRoundTools, state } from "./tools-rounds.mjs";
import { addSchemaTools } from "./tools-schemas.mjs";
import { addTaskTools } from "./tools-tasks.mjs";
import { addTellingTools } from "./tools-telling.mjs";

// What nobody but the two ends knows of, and what is said of lists.
const UNKNOWN = { "dev.example/words": { most: 3 } };
const UI = { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } };
const OF_LIST = { "dev.example/list": 1 };

export function createServer(era, changes, tasks) {
  const server = new McpServer(
    { name: "mcp-fixture", version: "1.0.0" },
    {
      instructions: "A server for tests: every tool says what it does.",
      // And tools, with the first of them: only then the tasks have joined.
      capabilities: {
        prompts: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
        completions: {},
        logging: {},
        experimental: UNKNOWN,
        extensions: { ...UI, ...(era === "modern" && { [EXTENSION]: {} }) },
      },
      requestState: { verify: state.verify },
    },
  );
  describeLists(server.server);
  if (era === "modern") {
    tasks.join(server);
  }
  addContentTools(server);
  addTellingTools(server);
  addAskingTools(server);
  addRoundTools(server);
  addSchemaTools(server);
  addChangeTools(server, changes);
  addBeyondTools(server);
  addTaskTools(server, tasks);
  addResources(server);
  addPrompts(server);
  changes.join(server, era);
  return server;
}

function describeLists(low) {
  const set = low.setRequestHandler.bind(low);
  low.setRequestHandler = (method, handler, ...more) =>
    method.endsWith("/list")
      ? set(method, async (...given) => ({ ...(await handler(...given)), _meta: OF_LIST }), ...more)
      : set(method, handler, ...more);
}
