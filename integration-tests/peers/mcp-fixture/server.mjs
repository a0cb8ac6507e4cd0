// An MCP server that answers all of the protocol, in both of its eras on one URL, for the tests. It
// listens on a free loopback port and says on standard output on which.
//
// Start reading at definition.mjs: what the server offers. The names are those that the conformance
// suite asks for; what it does not ask for stands in tools-beyond.mjs.
import { createMcpExpressApp } from "@modelcontextprotocol/express";
import { toNodeHandler, toWebRequest } from "@modelcontextprotocol/node";
import { createMcpHandler, isLegacyRequest } from "@modelcontextprotocol/server";
import { Changes } from "./changes.mjs";
import { createServer } from "./definition.mjs";
import { Sessions } from "./sessions.mjs";
import { Tasks } from "./tasks.mjs";

const changes = new Changes();
const tasks = new Tasks();
const sessions = new Sessions(() => createServer("legacy", changes, tasks), changes);
const requests = createMcpHandler(() => createServer("modern", changes, tasks), {
  legacy: "reject",
});
const answerRequest = toNodeHandler(requests);
changes.tell(requests.notify);

const app = createMcpExpressApp(); // which refuses foreign Host and Origin headers
app.all("/mcp", async (request, response) => {
  if (await isLegacyRequest(await toWebRequest(request, request.body), request.body)) {
    await sessions.answer(request, response);
  } else {
    await answerRequest(request, response, request.body);
  }
});

const listener = app.listen(0, "127.0.0.1", () => {
  console.log(`listening on ${listener.address().port}`);
});
