// Lists the tools of an MCP server and calls some, without any model. Reads {url, token, calls} as
// JSON from standard input; writes {tools, answers} as JSON to standard output. Has no
// progress to tell.
import { readFileSync } from "node:fs";
import { MCPServerStreamableHttp } from "@openai/agents";

const { url, token, calls } = JSON.parse(readFileSync(0, "utf8"));
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
await server.close();
console.log(JSON.stringify({ tools: tools.map((tool) => tool.name), answers }));
