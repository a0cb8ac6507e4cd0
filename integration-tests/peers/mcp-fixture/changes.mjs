// What changes while the server runs, and who is told: a tool and a prompt that come and go, so
// that a list that is said to have changed has changed; and the resources that somebody watches.
import { text } from "./samples.mjs";

export class Changes {
  #shown = { tool: false, prompt: false };
  #members = new Map(); // of the older era: by server its changing items and what it watches
  #modern;

  // Who tells the clients of the newer era.
  tell(modern) {
    this.#modern = modern;
  }

  // Adds what changes to a server. One of the older era lives on and changes with the rest.
  join(server, era) {
    const tool = server.registerTool(
      "test_passing_tool",
      { description: "Is there after every other change of the tools" },
      () => text("This tool comes and goes."),
    );
    const prompt = server.registerPrompt(
      "test_passing_prompt",
      { description: "Is there after every other change of the prompts" },
      () => ({ messages: [{ role: "user", content: text("It comes and goes.").content[0] }] }),
    );
    this.#show(tool, "tool");
    this.#show(prompt, "prompt");
    if (era === "legacy") {
      const watched = new Set();
      this.#members.set(server, { tool, prompt, watched });
      server.server.setRequestHandler("resources/subscribe", ({ params }) => {
        watched.add(params.uri);
        return {};
      });
      server.server.setRequestHandler("resources/unsubscribe", ({ params }) => {
        watched.delete(params.uri);
        return {};
      });
    }
  }

  leave(server) {
    this.#members.delete(server);
  }

  changeTools() {
    this.#change("tool");
    this.#modern.toolsChanged();
  }

  changePrompts() {
    this.#change("prompt");
    this.#modern.promptsChanged();
  }

  async changeResource(uri) {
    for (const [{ server }, { watched }] of this.#members) {
      if (watched.has(uri)) {
        await server.sendResourceUpdated({ uri });
      }
    }
    this.#modern.resourceUpdated(uri);
  }

  #change(item) {
    this.#shown[item] = !this.#shown[item];
    for (const member of this.#members.values()) {
      this.#show(member[item], item);
    }
  }

  #show(registered, item) {
    if (this.#shown[item]) {
      registered.enable();
    } else {
      registered.disable();
    }
  }
}
