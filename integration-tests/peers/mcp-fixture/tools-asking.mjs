// Tools that ask the client something, with each kind of question. The SDK asks the clients of the
// older era on the stream of the call; those of the newer one call again with the answer.
import { fromJsonSchema, inputRequired } from "@modelcontextprotocol/server";
import { object, text } from "./samples.mjs";

export function addAskingTools(server) {
  server.registerTool(
    "test_sampling",
    {
      description: "Asks the client's model",
      inputSchema: fromJsonSchema(object({ prompt: { type: "string" } })),
    },
    ({ prompt }, ctx) => {
      const answer = ctx.mcpReq.inputResponses?.answer;
      const messages = [{ role: "user", content: { type: "text", text: prompt } }];
      return answer
        ? text(`LLM response: ${answer.content.text}`)
        : ask(inputRequired.createMessage({ messages, maxTokens: 100 }));
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

function elicit(ctx, message, requestedSchema) {
  const answer = ctx.mcpReq.inputResponses?.answer;
  const given = JSON.stringify(answer?.content ?? {});
  return answer
    ? text(`User response: action=${answer.action}, content=${given}`)
    : ask(inputRequired.elicit({ message, requestedSchema }));
}

const ask = (question) => inputRequired({ inputRequests: { answer: question } });

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
