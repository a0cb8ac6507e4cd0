// Lists the tools of an MCP server and calls some. Reads {url, token, calls, about} as JSON from
// standard input; writes {revision, tools, answers, told} as JSON to standard output.
import { readFileSync } from "node:fs";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ask, giveUp } from "../asks.mjs";

const { url, token, calls, about } = JSON.parse(readFileSync(0, "utf8"));
const transport = new StreamableHTTPClientTransport(new URL(url), {
  requestInit: { headers: { Authorization: `Bearer ${token}` } },
});
const client = new Client({ name: "first-generation", version: "1.0.0" });
await client.connect(transport);
const { tools } = await client.listTools();
const answers = [];
for (const call of calls) {
  const progress = [];
  const onprogress = (step) => progress.push(step.progress);
  try {
    answers.push({ result: await client.callTool(call, undefined, { onprogress }), progress });
  } catch (error) {
    answers.push({ error: { code: error.code, message: error.message }, progress });
  }
}
const revision = transport.protocolVersion;
let told;
if (about) {
  const { stuck } = about;
  const call = (signal) => client.callTool(stuck, undefined, { signal });
  told = { ...(await ask(client, about)), givenUp: await giveUp(call, about) };
}
await client.close();
console.log(JSON.stringify({ revision, tools: tools.map((tool) => tool.name), answers, told }));
