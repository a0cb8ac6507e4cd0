// Lists the tools of an MCP server and calls some, in the newest revision that both sides speak.
// Reads {url, token, calls, about} as JSON from standard input; writes {revision, tools, answers,
// told} as JSON to standard output.
import { readFileSync } from "node:fs";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { ask, giveUp } from "../asks.mjs";

const { url, token, calls, about } = JSON.parse(readFileSync(0, "utf8"));
const transport = new StreamableHTTPClientTransport(new URL(url), {
  requestInit: { headers: { Authorization: `Bearer ${token}` } },
});
const client = new Client(
  { name: "second-generation", version: "1.0.0" },
  { versionNegotiation: { mode: "auto" } },
);
await client.connect(transport);
const { tools } = await client.listTools();
const answers = [];
for (const call of calls) {
  const progress = [];
  const onprogress = (step) => progress.push(step.progress);
  try {
    answers.push({ result: await client.callTool(call, { onprogress }), progress });
  } catch (error) {
    answers.push({ error: { code: error.code, message: error.message }, progress });
  }
}
const revision = client.getNegotiatedProtocolVersion();
let told;
if (about) {
  const { stuck } = about;
  const call = (signal) => client.callTool(stuck, { signal });
  told = { ...(await ask(client, about)), givenUp: await giveUp(call, about) };
}
await client.close();
console.log(JSON.stringify({ revision, tools: tools.map((tool) => tool.name), answers, told }));
