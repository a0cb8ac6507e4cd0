// Anthropic's SDK.
import Anthropic from "@anthropic-ai/sdk";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import { z } from "zod";
import { asked, equal, failure, PNG, run, truth, WEATHER } from "./checks.mjs";

const client = new Anthropic({ baseURL: asked.baseUrl.replace(/\/v1$/, ""), authToken: asked.token, apiKey: null, maxRetries: 0, timeout: 30_000 });
const user = (content) => [{ role: "user", content }];
const tools = [{ name: "weather", input_schema: WEATHER }];
const Person = z.object({ name: z.string(), age: z.number() });

function usage(told) {
  truth(told.input_tokens > 0 && told.output_tokens > 0, "usage " + JSON.stringify(told));
}

function text(message) {
  return message.content.filter((block) => block.type === "text").map((block) => block.text).join("");
}

async function loop(model, streamed) {
  const messages = user("Ask for the weather until you know it.");
  for (let turn = 0; turn <= asked.turns + 1; turn++) {
    const request = {
      model,
      messages,
      tools,
      max_tokens: 4096,
      thinking: { type: "enabled", budget_tokens: 2048 },
    };
    const message = streamed
      ? await client.messages.stream(request).finalMessage()
      : await client.messages.create(request);
    messages.push({ role: "assistant", content: message.content });
    const calls = message.content.filter((block) => block.type === "tool_use");
    if (calls.length === 0) {
      equal(turn, asked.turns, "turns");
      equal(message.stop_reason, "end_turn", "stop_reason");
      return;
    }
    equal(message.stop_reason, "tool_use", "stop_reason");
    messages.push({
      role: "user",
      content: calls.map((call) => ({ type: "tool_result", tool_use_id: call.id, content: "sunny, turn " + turn })),
    });
    calls.forEach((call) => equal(Object.keys(call.input), ["city"], "input"));
  }
  throw new Error("no end");
}

async function refused(call, Type, status) {
  const error = await failure(call);
  truth(error instanceof Type, `expected ${Type.name}, was ${error?.constructor?.name}: ${error?.message}`);
  if (status) {
    equal(error.status, status, "status");
  }
  equal(error.error?.type, "error", "the body's type");
}

await run({
  async message(of) {
    const message = await client.messages.create({ model: of("text"), max_tokens: 256, messages: user("Hi") });
    truth(text(message).length > 0, "no text");
    equal([message.type, message.role, message.stop_reason], ["message", "assistant", "end_turn"], "message");
    usage(message.usage);
  },
  async stream(of) {
    const stream = client.messages.stream({ model: of("text"), max_tokens: 256, messages: user("Hi") });
    let deltas = 0;
    stream.on("text", () => deltas++);
    const message = await stream.finalMessage();
    truth(deltas > 1 && text(message).length > 0, "no text");
    equal(message.stop_reason, "end_turn", "stop_reason");
    usage(message.usage);
  },
  async parallelTools(of) {
    for (const streamed of [false, true]) {
      const request = { model: of("parallel"), max_tokens: 256, messages: user("Rome and Oslo?"), tools };
      const message = streamed
        ? await client.messages.stream(request).finalMessage()
        : await client.messages.create(request);
      const calls = message.content.filter((block) => block.type === "tool_use");
      equal(calls.length, 2, "calls");
      truth(calls[0].id && calls[0].id !== calls[1].id, "ids");
      calls.forEach((call) => equal(Object.keys(call.input), ["city"], "input"));
    }
  },
  async structured(of) {
    const message = await client.messages.parse({
      model: of("json"),
      max_tokens: 256,
      messages: user("Who?"),
      output_config: { format: zodOutputFormat(Person) },
    });
    equal(Object.keys(message.parsed_output).sort(), ["age", "name"], "parsed");
  },
  async image(of) {
    const message = await client.messages.create({
      model: of("image"),
      max_tokens: 256,
      messages: user([
        { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } },
        { type: "text", text: "What is it?" },
      ]),
    });
    equal(text(message), "Images: 1", "text");
  },
  async length(of) {
    const message = await client.messages.create({ model: of("length"), max_tokens: 64, messages: user("Hi") });
    equal(message.stop_reason, "max_tokens", "stop_reason");
  },
  reasoningLoop: (of) => loop(of("loop"), false),
  reasoningLoopStreamed: (of) => loop(of("loop"), true),
  async countTokens(of) {
    const few = await client.messages.countTokens({ model: of("text"), messages: user("Hi") });
    const more = await client.messages.countTokens({ model: of("text"), messages: user("Hi"), tools });
    truth(few.input_tokens > 0 && more.input_tokens > few.input_tokens, JSON.stringify([few, more]));
  },
  async errors(of) {
    const ask = (behaviour) => () =>
      client.messages.create({ model: of(behaviour), max_tokens: 256, messages: user("Hi") });
    const streamed = (behaviour) => () =>
      client.messages.stream({ model: of(behaviour), max_tokens: 256, messages: user("Hi") }).finalMessage();
    for (const call of [ask, streamed]) {
      await refused(call("error-400"), Anthropic.BadRequestError, 400);
      await refused(call("error-429"), Anthropic.RateLimitError, 429);
      await refused(call("error-500"), Anthropic.InternalServerError);
      await refused(call("error-overloaded"), Anthropic.InternalServerError);
      await refused(call("error-401"), Anthropic.InternalServerError);
      await refused(call("no-such-model"), Anthropic.NotFoundError, 404);
    }
    const stranger = new Anthropic({ baseURL: asked.baseUrl.replace(/\/v1$/, ""), authToken: "sp-wrong", apiKey: null, maxRetries: 0 });
    await refused(
      () => stranger.messages.create({ model: of("text"), max_tokens: 256, messages: user("Hi") }),
      Anthropic.AuthenticationError,
      401,
    );
  },
  async brokenStream(of) {
    const error = await failure(() =>
      client.messages.stream({ model: of("dies"), max_tokens: 256, messages: user("Hi") }).finalMessage(),
    );
    truth(error instanceof Anthropic.APIError, error?.constructor?.name + ": " + error?.message);
  },
});
