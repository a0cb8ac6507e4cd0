// The older era: a server for each session, found by the header that names the session.
import { randomUUID } from "node:crypto";
import { NodeStreamableHTTPServerTransport } from "@modelcontextprotocol/node";
import { isInitializeRequest } from "@modelcontextprotocol/server";
import { Events } from "./events.mjs";

export const RETRY_MILLIS = 500;

export class Sessions {
  #open = new Map();
  #createServer;
  #changes;

  constructor(createServer, changes) {
    this.#createServer = createServer;
    this.#changes = changes;
  }

  async answer(request, response) {
    const id = request.get("Mcp-Session-Id");
    if (id === undefined && isInitializeRequest(request.body)) {
      const transport = await this.#begin();
      await transport.handleRequest(request, response, request.body);
    } else if (this.#open.has(id)) {
      await this.#open.get(id).handleRequest(request, response, request.body);
    } else {
      const [status, code, message] =
        id === undefined
          ? [400, -32000, "The header Mcp-Session-Id is missing"]
          : [404, -32001, "There is no such session"];
      response.status(status).json({ jsonrpc: "2.0", id: null, error: { code, message } });
    }
  }

  async #begin() {
    const server = this.#createServer();
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: new Events(),
      retryInterval: RETRY_MILLIS,
      onsessioninitialized: (id) => this.#open.set(id, transport),
    });
    transport.onclose = () => {
      this.#open.delete(transport.sessionId);
      this.#changes.leave(server);
    };
    await server.connect(transport);
    return transport;
  }
}
