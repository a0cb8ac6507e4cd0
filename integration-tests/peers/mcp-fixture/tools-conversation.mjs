// Tools that say or ask something while they are called. Those that ask are for the older era: in
// the newer one they fail, and those in tools-rounds.mjs ask.
import { fromJsonSchema } from "@modelcontextprotocol/server";
import { object, pause, text } from "./samples.mjs";

const STEP_MILLIS = 50;

export function addConversationTools(server) {
  addTellingTools(server);
  addAskingTools(server);
}

function addTellingTools(server) {
  server.registerTool(
    "test_tool_with_logging",
    { description: "Logs three times" },
    async (ctx) => {
      for (const step of ["execution started", "processing data", "execution completed"]) {
        await ctx.mcpReq.log("info", `Tool ${step}`);
        await pause(STEP_MILLIS);
      }
      return text("It logged.");
    },
  );
  server.registerTool("test_logging_tool", { description: "Logs once" }, async (ctx) => {
    await ctx.mcpReq.log("info", "This is logged for whoever wants it.");
    return text("It logged, if that was wanted.");
  });
  server.registerTool(
    "test_tool_with_progress",
    { description: "Reports progress three times, if that is wanted" },
    async (ctx) => {
      const progressToken = ctx.mcpReq._meta?.progressToken;
      for (const progress of [0, 50, 100]) {
        if (progressToken !== undefined) {
          const params = { progressToken, progress, total: 100, message: `${progress} of 100` };
          await ctx.mcpReq.notify({ method: "notifications/progress", params });
        }
        await pause(STEP_MILLIS);
      }
      return text("It is done.");
    },
  );
  server.registerTool(
    "test_streaming_elicitation",
    { description: "Asks nothing on the stream of its call" },
    () => text("There is nothing to ask."),
  );
  server.registerTool(
    "test_reconnection",
    { description: "Closes the stream of its call before it answers" },
    async (ctx) => {
      ctx.http?.closeSSE?.();
      await pause(2 * STEP_MILLIS);
      return text("It answered after the stream was closed.");
    },
  );
}

function addAskingTools(server) {
  server.registerTool(
    "test_sampling",
    {
      description: "Asks the client's model",
      inputSchema: fromJsonSchema(object({ prompt: { type: "string" } })),
    },
    async ({ prompt }, ctx) => {
      const messages = [{ role: "user", content: { type: "text", text: prompt } }];
      const params = { messages, maxTokens: 100 };
      const answer = await ctx.mcpReq.send({ method: "sampling/createMessage", params });
      return text(`LLM response: ${answer.content.text}`);
    },
  );
  server.registerTool(
    "test_elicitation",
    {
      description: "Asks the client's user",
      inputSchema: fromJsonSchema(object({ message: { type: "string" } })),
    },
    ({ message }, ctx) => elicit(ctx, message, object({ response: { type: "string" } })),
  );
  server.registerTool(
    "test_elicitation_sep1034_defaults",
    { description: "Asks the client's user for values that have defaults" },
    (ctx) => elicit(ctx, "Change what is not right", { type: "object", properties: DEFAULTS }),
  );
  server.registerTool(
    "test_elicitation_sep1330_enums",
    { description: "Asks the client's user to choose" },
    (ctx) => elicit(ctx, "Choose", { type: "object", properties: CHOICES }),
  );
}

async function elicit(ctx, message, requestedSchema) {
  const params = { message, requestedSchema };
  const { action, content } = await ctx.mcpReq.send({ method: "elicitation/create", params });
  return text(`User response: action=${action}, content=${JSON.stringify(content ?? {})}`);
}

const DEFAULTS = {
  name: { type: "string", default: "John Doe" },
  age: { type: "integer", default: 30 },
  score: { type: "number", default: 95.5 },
  status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
  verified: { type: "boolean", default: true },
};

const titled = (...titles) =>
  titles.map((title, index) => ({ const: `value${index + 1}`, title: `The ${title}` }));

const CHOICES = {
  untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
  titledSingle: { type: "string", oneOf: titled("first", "second", "third") },
  legacyEnum: {
    type: "string",
    enum: ["opt1", "opt2", "opt3"],
    enumNames: ["Option One", "Option Two", "Option Three"],
  },
  untitledMulti: { type: "array", items: { type: "string", enum: ["option1", "option2"] } },
  titledMulti: { type: "array", items: { anyOf: titled("first", "second", "third") } },
};
