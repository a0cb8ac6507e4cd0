// Lists the tools of an MCP server and calls some, each with a command of its own, all at once.
// Reads {url, token, calls, about, era} as JSON from standard input; writes {tools, answers, told}
// as JSON to standard output. Has no progress to tell.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const { url, token, calls, about, era } = JSON.parse(readFileSync(0, "utf8"));
const program = fileURLToPath(new URL("node_modules/.bin/mcp-inspector", import.meta.url));
const home = mkdtempSync(join(tmpdir(), "inspector-")); // where it would keep what it knows

function inspect(...more) {
  const authorization = ["--header", `Authorization: Bearer ${token}`];
  const how = ["--protocol-era", era, "--connect-timeout", "60000", "-q", "--format", "json"];
  const line = [program, "--cli", url, ...how, ...authorization, ...more];
  return new Promise((resolve) => {
    execFile(process.execPath, line, { env: { HOME: home } }, (_, output, errors) =>
      resolve(JSON.parse(output.trim() || errors)),
    );
  });
}

const call = ({ name, arguments: given }) =>
  inspect("--method", "tools/call", "--tool-name", name, "--tool-args-json", JSON.stringify(given));
const list = inspect("--method", "tools/list");

async function ask({ uri, prompt, given }) {
  const pairs = Object.entries(given).map(([name, value]) => `${name}=${value}`);
  const [resources, read, prompts, got] = await Promise.all([
    inspect("--method", "resources/list"),
    inspect("--method", "resources/read", "--uri", uri),
    inspect("--method", "prompts/list"),
    inspect("--method", "prompts/get", "--prompt-name", prompt, "--prompt-args", ...pairs),
  ]);
  return {
    resources: resources.result.resources.map((resource) => resource.uri),
    text: read.result.contents[0].text,
    prompts: prompts.result.prompts.map(({ name }) => name),
    said: got.result.messages[0].content.text,
  };
}

const answers = await Promise.all(calls.map(call));
const { tools } = (await list).result;
const told = about && (await ask(about));
rmSync(home, { recursive: true });
console.log(JSON.stringify({ tools: tools.map((tool) => tool.name), answers, told }));
