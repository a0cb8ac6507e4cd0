// The prompts.
import { acceptedContent, fromJsonSchema, inputRequired } from "@modelcontextprotocol/server";
import { image, object } from "./samples.mjs";

export function addPrompts(server) {
  server.registerPrompt("test_simple_prompt", { description: "Says one thing" }, () =>
    messages({ type: "text", text: "This is a simple prompt for testing." }),
  );
  server.registerPrompt(
    "test_prompt_with_arguments",
    {
      description: "Says what it was given",
      argsSchema: fromJsonSchema(object({ arg1: { type: "string" }, arg2: { type: "string" } })),
    },
    ({ arg1, arg2 }) =>
      messages({ type: "text", text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` }),
  );
  server.registerPrompt(
    "test_prompt_with_embedded_resource",
    {
      description: "Shows a resource",
      argsSchema: fromJsonSchema(object({ resourceUri: { type: "string" } })),
    },
    ({ resourceUri: uri }) =>
      messages(
        { type: "resource", resource: { uri, mimeType: "text/plain", text: "The content of it." } },
        { type: "text", text: "Please process the embedded resource above." },
      ),
  );
  server.registerPrompt("test_prompt_with_image", { description: "Shows an image" }, () =>
    messages(image, { type: "text", text: "Please analyze the image above." }),
  );
  server.registerPrompt(
    "test_input_required_result_prompt",
    { description: "Asks for its context" },
    (ctx) => {
      const given = acceptedContent(ctx.mcpReq.inputResponses, "user_context")?.context;
      const requestedSchema = object({ context: { type: "string" } });
      const message = "What context should the prompt use?";
      return typeof given === "string"
        ? messages({ type: "text", text: `Use this context: ${given}` })
        : inputRequired({
            inputRequests: { user_context: inputRequired.elicit({ message, requestedSchema }) },
          });
    },
  );
}

const messages = (...contents) => ({
  messages: contents.map((content) => ({ role: "user", content })),
});
