// Tools that answer with what they need, and are called again with it.
import { randomBytes } from "node:crypto";
import {
  CLIENT_CAPABILITIES_META_KEY,
  acceptedContent,
  createRequestStateCodec,
  inputRequired,
} from "@modelcontextprotocol/server";
import { object, text } from "./samples.mjs";

// Seals what a tool remembers between two rounds; a state of anybody else is refused.
export const state = createRequestStateCodec({ key: randomBytes(32) });

// What is asked for, each under its key.
const NAME = { user_name: form("What is your name?", "name") };
const CONFIRM = { confirm: form("Please confirm", "ok", "boolean") };
const CAPITAL = { capital_question: sample("What is the capital of France?") };
const GREETING = { greeting: sample("Generate a greeting") };
const ROOTS = { client_roots: inputRequired.listRoots() };

export function addRoundTools(server) {
  addSingleRoundTools(server);
  addStatefulTools(server);
  server.registerTool(
    "test_input_required_result_capabilities",
    { description: "Asks for what the client says it can give" },
    (ctx) => {
      const given = ctx.mcpReq.envelope?.[CLIENT_CAPABILITIES_META_KEY];
      const inputRequests = {
        ...(given?.elicitation && NAME),
        ...(given?.sampling && GREETING),
        ...(given?.roots && ROOTS),
      };
      const enough = ctx.mcpReq.inputResponses || Object.keys(inputRequests).length === 0;
      return enough ? text("There is no more to ask.") : inputRequired({ inputRequests });
    },
  );
}

function addSingleRoundTools(server) {
  server.registerTool(
    "test_input_required_result_elicitation",
    { description: "Asks for a name" },
    (ctx) => {
      const name = accepted(ctx, "user_name")?.name;
      return typeof name === "string"
        ? text(`Hello, ${name}!`)
        : inputRequired({ inputRequests: NAME });
    },
  );
  server.registerTool(
    "test_input_required_result_sampling",
    { description: "Asks the client's model for a capital" },
    (ctx) => {
      const answer = ctx.mcpReq.inputResponses?.capital_question;
      return answer
        ? text(`The model says: ${answer.content?.text}`)
        : inputRequired({ inputRequests: CAPITAL });
    },
  );
  server.registerTool(
    "test_input_required_result_list_roots",
    { description: "Asks for the client's roots" },
    (ctx) => {
      const roots = ctx.mcpReq.inputResponses?.client_roots?.roots;
      return roots
        ? text(`The roots are ${roots.map((root) => root.uri).join(", ")}`)
        : inputRequired({ inputRequests: ROOTS });
    },
  );
  server.registerTool(
    "test_missing_capability",
    { description: "Asks the client's model, whether there is one or not" },
    (ctx) =>
      ctx.mcpReq.inputResponses?.greeting
        ? text("The model answered.")
        : inputRequired({ inputRequests: GREETING }),
  );
}

function addStatefulTools(server) {
  server.registerTool(
    "test_input_required_result_request_state",
    { description: "Asks for a confirmation, and wants its state back" },
    (ctx) => confirmed(ctx, "state-ok: the state is the one that was given"),
  );
  server.registerTool(
    "test_input_required_result_tampered_state",
    { description: "Asks for a confirmation, and refuses a state that was changed" },
    (ctx) => confirmed(ctx, "The state was not changed."),
  );
  server.registerTool(
    "test_input_required_result_multiple_inputs",
    { description: "Asks for a name, a greeting and the roots at once" },
    async (ctx) => {
      const { user_name, greeting, client_roots } = ctx.mcpReq.inputResponses ?? {};
      if (user_name && greeting && client_roots) {
        const name = accepted(ctx, "user_name")?.name;
        return text(`${greeting.content?.text} ${name} of ${client_roots.roots?.length} roots`);
      }
      return inputRequired({
        inputRequests: { ...NAME, ...GREETING, ...ROOTS },
        requestState: await state.mint({ asked: 3 }),
      });
    },
  );
  server.registerTool(
    "test_input_required_result_multi_round",
    { description: "Asks for a name, and then for a colour" },
    async (ctx) => {
      const { round = 0, name } = ctx.mcpReq.requestState() ?? {};
      if (round === 0) {
        return inputRequired({
          inputRequests: { step1: form("Step 1: What is your name?", "name") },
          requestState: await state.mint({ round: 1 }),
        });
      }
      if (round === 1) {
        return inputRequired({
          inputRequests: { step2: form("Step 2: What is your favorite color?", "color") },
          requestState: await state.mint({ round: 2, name: accepted(ctx, "step1")?.name }),
        });
      }
      return text(`${name} likes ${accepted(ctx, "step2")?.color}.`);
    },
  );
}

async function confirmed(ctx, answer) {
  if (ctx.mcpReq.requestState() && accepted(ctx, "confirm")) {
    return text(answer);
  }
  return inputRequired({ inputRequests: CONFIRM, requestState: await state.mint({ round: 1 }) });
}

function accepted(ctx, key) {
  return acceptedContent(ctx.mcpReq.inputResponses, key);
}

function form(message, property, type = "string") {
  return inputRequired.elicit({ message, requestedSchema: object({ [property]: { type } }) });
}

function sample(question) {
  const messages = [{ role: "user", content: { type: "text", text: question } }];
  return inputRequired.createMessage({ messages, maxTokens: 100 });
}
