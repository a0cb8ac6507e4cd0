// Lists the tools of an MCP server and calls some, without any model. Reads {url, token, calls,
// about} as JSON from standard input; writes {tools, answers, told} as JSON to standard output. Has
// no progress to tell.
import { readFileSync } from "node:fs";
import { MCPServerStreamableHttp } from "@openai/agents";
import { giveUp } from "../asks.mjs";

const { url, token, calls, about } = JSON.parse(readFileSync(0, "utf8"));
const headers = { Authorization: `Bearer ${token}` };
const server = new MCPServerStreamableHttp({ url, requestInit: { headers } });
await server.connect();
const tools = await server.listTools();
const answers = [];
for (const call of calls) {
  try {
    answers.push({ result: await server.callToolResult(call.name, call.arguments) });
  } catch (error) {
    answers.push({ error: { code: error.code, message: error.message } });
  }
}
let told;
if (about) {
  const { name, arguments: given } = about.stuck;
  const call = (signal) => server.callToolResult(name, given, undefined, { signal });
  const { resources } = await server.listResources();
  const { contents } = await server.readResource(about.uri);
  told = {
    resources: resources.map((resource) => resource.uri),
    text: contents[0].text,
    givenUp: await giveUp(call, about),
  };
}
await server.close();
console.log(JSON.stringify({ tools: tools.map((tool) => tool.name), answers, told }));
