// Tools that change what the server offers.
import { fromJsonSchema } from "@modelcontextprotocol/server";
import { object, text } from "./samples.mjs";

export function addChangeTools(server, changes) {
  server.registerTool("test_trigger_tool_change", { description: "Changes the tools" }, () => {
    changes.changeTools();
    return text("The tools changed.");
  });
  server.registerTool("test_trigger_prompt_change", { description: "Changes the prompts" }, () => {
    changes.changePrompts();
    return text("The prompts changed.");
  });
  server.registerTool(
    "test_trigger_resource_change",
    {
      description: "Changes a resource",
      inputSchema: fromJsonSchema(object({ uri: { type: "string" } })),
    },
    async ({ uri }) => {
      await changes.changeResource(uri);
      return text("The resource changed.");
    },
  );
}
