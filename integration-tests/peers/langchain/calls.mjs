// Lists the tools of an MCP server and calls some, as an agent would. Reads {url, token, calls,
// about} as JSON from standard input; writes {tools, answers, told} as JSON to standard output. A
// failed call is an error here, and so is the call of a tool that was not listed.
import { readFileSync } from "node:fs";
import { MultiServerMCPClient } from "@langchain/mcp-adapters";
import { ask, giveUp } from "../asks.mjs";

const { url, token, calls, about } = JSON.parse(readFileSync(0, "utf8"));
let progress;
const client = new MultiServerMCPClient({
  mcpServers: { tested: { url, headers: { Authorization: `Bearer ${token}` } } },
  outputHandling: "content",
  onProgress: (step) => progress.push(step.progress),
});
const tools = await client.getTools();
const answers = [];
for (const call of calls) {
  progress = [];
  try {
    const tool = tools.find(({ name }) => name === call.name);
    answers.push({ result: await tool.invoke(call.arguments), progress });
  } catch (error) {
    answers.push({ error: { code: error.code, message: error.message }, progress });
  }
}
let told;
if (about) {
  const tool = tools.find(({ name }) => name === about.stuck.name);
  const call = (signal) => tool.invoke(about.stuck.arguments, { signal });
  const asked = await ask(await client.getClient("tested"), about);
  told = { ...asked, givenUp: await giveUp(call, about) };
}
await client.close();
console.log(JSON.stringify({ tools: tools.map((tool) => tool.name), answers, told }));
