// Lists the tools of an MCP server and calls some. Reads {url, token, calls} as JSON from standard
// input; writes {tools, answers} as JSON to standard output. Has no progress to tell.
import { readFileSync } from "node:fs";
import { createMCPClient } from "@ai-sdk/mcp";

const { url, token, calls } = JSON.parse(readFileSync(0, "utf8"));
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
await client.close();
console.log(JSON.stringify({ tools: tools.map((tool) => tool.name), answers }));
