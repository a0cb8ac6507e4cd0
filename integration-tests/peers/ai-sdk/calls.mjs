// Lists the tools of an MCP server and calls some. Reads {url, token, calls, about} as JSON from
// standard input; writes {tools, answers, told} as JSON to standard output. Has no progress to
// tell.
import { readFileSync } from "node:fs";
import { createMCPClient } from "@ai-sdk/mcp";
import { ask, giveUp } from "../asks.mjs";

const { url, token, calls, about } = JSON.parse(readFileSync(0, "utf8"));
const headers = { Authorization: `Bearer ${token}` };
const client = await createMCPClient({ transport: { type: "http", url, headers } });
const { tools } = await client.listTools();
const answers = [];
for (const call of calls) {
  try {
    answers.push({ result: await client.callTool(call) });
  } catch (error) {
    answers.push({ error: { code: error.code, message: error.message } });
  }
}
let told;
if (about) {
  const { stuck } = about;
  const call = (signal) => client.callTool({ ...stuck, options: { signal } });
  told = { ...(await ask(client, about)), givenUp: await giveUp(call, about) };
}
await client.close();
console.log(JSON.stringify({ tools: tools.map((tool) => tool.name), answers, told }));
