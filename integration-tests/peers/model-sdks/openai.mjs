// OpenAI's SDK: chat completions and Responses.
import OpenAI from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { asked, equal, failure, PNG, run, truth, WEATHER } from "./checks.mjs";

const client = new OpenAI({ baseURL: asked.baseUrl, apiKey: asked.token, maxRetries: 0, timeout: 30_000 });
const user = (content) => [{ role: "user", content }];
const chatTools = [{ type: "function", function: { name: "weather", parameters: WEATHER } }];
const responseTools = [{ type: "function", name: "weather", parameters: WEATHER, strict: false }];
const Person = z.object({ name: z.string(), age: z.number() });

function usage(told) {
  truth(told.prompt_tokens > 0 && told.completion_tokens > 0, "usage " + JSON.stringify(told));
  equal(told.total_tokens, told.prompt_tokens + told.completion_tokens, "total_tokens");
}

function responseUsage(told) {
  truth(told.input_tokens > 0 && told.output_tokens > 0, "usage " + JSON.stringify(told));
  equal(told.total_tokens, told.input_tokens + told.output_tokens, "total_tokens");
}

async function chatLoop(model) {
  const messages = user("Ask for the weather until you know it.");
  for (let turn = 0; turn <= asked.turns + 1; turn++) {
    const chat = await client.chat.completions.create({ model, messages, tools: chatTools, reasoning_effort: "medium" });
    const message = chat.choices[0].message;
    messages.push(message);
    if (!message.tool_calls?.length) {
      equal(turn, asked.turns, "turns");
      equal(chat.choices[0].finish_reason, "stop", "finish_reason");
      return;
    }
    equal(chat.choices[0].finish_reason, "tool_calls", "finish_reason");
    for (const call of message.tool_calls) {
      equal(Object.keys(JSON.parse(call.function.arguments)), ["city"], "arguments");
      messages.push({ role: "tool", tool_call_id: call.id, content: "sunny, turn " + turn });
    }
  }
  throw new Error("no end");
}

async function responsesLoop(model, streamed) {
  const input = user("Ask for the weather until you know it.");
  for (let turn = 0; turn <= asked.turns + 1; turn++) {
    const request = {
      model,
      input,
      tools: responseTools,
      store: false,
      include: ["reasoning.encrypted_content"],
      reasoning: { effort: "medium" },
    };
    const answer = streamed
      ? await client.responses.stream(request).finalResponse()
      : await client.responses.create(request);
    equal(answer.status, "completed", "status");
    const calls = answer.output.filter((item) => item.type === "function_call");
    input.push(...answer.output.map(({ parsed_arguments, ...item }) => item));
    if (calls.length === 0) {
      equal(turn, asked.turns, "turns");
      return;
    }
    for (const call of calls) {
      equal(Object.keys(JSON.parse(call.arguments)), ["city"], "arguments");
      input.push({ type: "function_call_output", call_id: call.call_id, output: "sunny, turn " + turn });
    }
  }
  throw new Error("no end");
}

async function refused(call, Type, status) {
  const error = await failure(call);
  truth(error instanceof Type, `expected ${Type.name}, was ${error?.constructor?.name}: ${error?.message}`);
  if (status) {
    equal(error.status, status, "status");
  }
}

await run({
  async chat(of) {
    const chat = await client.chat.completions.create({ model: of("text"), messages: user("Hi") });
    truth(chat.choices[0].message.content.length > 0, "no text");
    equal(chat.choices[0].finish_reason, "stop", "finish_reason");
    usage(chat.usage);
  },
  async chatStream(of) {
    const stream = client.chat.completions.stream({
      model: of("text"),
      messages: user("Hi"),
      stream_options: { include_usage: true },
    });
    let deltas = 0;
    stream.on("content.delta", () => deltas++);
    const chat = await stream.finalChatCompletion();
    truth(deltas > 1 && chat.choices[0].message.content.length > 0, "no text");
    equal(chat.choices[0].finish_reason, "stop", "finish_reason");
    usage(chat.usage);
  },
  async chatParallelTools(of) {
    for (const stream of [false, true]) {
      const request = { model: of("parallel"), messages: user("Rome and Oslo?"), tools: chatTools };
      const chat = stream
        ? await client.chat.completions.stream(request).finalChatCompletion()
        : await client.chat.completions.create(request);
      const calls = chat.choices[0].message.tool_calls;
      equal(calls.length, 2, "calls");
      truth(calls[0].id && calls[0].id !== calls[1].id, "ids");
      calls.forEach((call) => equal(Object.keys(JSON.parse(call.function.arguments)), ["city"], "arguments"));
    }
  },
  async chatStructured(of) {
    const chat = await client.chat.completions.parse({
      model: of("json"),
      messages: user("Who?"),
      response_format: zodResponseFormat(Person, "person"),
    });
    equal(Object.keys(chat.choices[0].message.parsed).sort(), ["age", "name"], "parsed");
  },
  async chatImage(of) {
    const chat = await client.chat.completions.create({
      model: of("image"),
      messages: user([
        { type: "text", text: "What is it?" },
        { type: "image_url", image_url: { url: "data:image/png;base64," + PNG } },
      ]),
    });
    equal(chat.choices[0].message.content, "Images: 1", "text");
  },
  async chatLength(of) {
    const chat = await client.chat.completions.create({ model: of("length"), messages: user("Hi"), max_completion_tokens: 64 });
    equal(chat.choices[0].finish_reason, "length", "finish_reason");
  },
  chatReasoningLoop: (of) => chatLoop(of("loop")),
  async responses(of) {
    const answer = await client.responses.create({ model: of("text"), input: "Hi" });
    truth(answer.output_text.length > 0, "no text");
    equal(answer.status, "completed", "status");
    responseUsage(answer.usage);
  },
  async responsesStream(of) {
    const stream = client.responses.stream({ model: of("text"), input: "Hi" });
    const events = [];
    const numbers = [];
    for await (const event of stream) {
      events.push(event.type);
      numbers.push(event.sequence_number);
    }
    const answer = await stream.finalResponse();
    equal(events.slice(0, 2), ["response.created", "response.in_progress"], "first events");
    equal(events.at(-1), "response.completed", "last event");
    equal(numbers, numbers.map((_, i) => numbers[0] + i), "sequence numbers");
    truth(answer.output_text.length > 0, "no text");
    responseUsage(answer.usage);
  },
  async responsesStructured(of) {
    const answer = await client.responses.parse({
      model: of("json"),
      input: "Who?",
      text: { format: zodTextFormat(Person, "person") },
    });
    equal(Object.keys(answer.output_parsed).sort(), ["age", "name"], "parsed");
  },
  async responsesImage(of) {
    const answer = await client.responses.create({
      model: of("image"),
      input: user([
        { type: "input_text", text: "What is it?" },
        { type: "input_image", detail: "auto", image_url: "data:image/png;base64," + PNG },
      ]),
    });
    equal(answer.output_text, "Images: 1", "text");
  },
  responsesReasoningLoop: (of) => responsesLoop(of("loop"), false),
  responsesReasoningLoopStreamed: (of) => responsesLoop(of("loop"), true),
  async errors(of) {
    const chat = (behaviour) => () =>
      client.chat.completions.create({ model: of(behaviour), messages: user("Hi") });
    const response = (behaviour) => () => client.responses.create({ model: of(behaviour), input: "Hi" });
    const streamed = (behaviour) => async () =>
      client.chat.completions.stream({ model: of(behaviour), messages: user("Hi") }).finalChatCompletion();
    for (const ask of [chat, response, streamed]) {
      await refused(ask("error-400"), OpenAI.BadRequestError, 400);
      await refused(ask("error-429"), OpenAI.RateLimitError, 429);
      await refused(ask("error-500"), OpenAI.InternalServerError);
      await refused(ask("error-overloaded"), OpenAI.InternalServerError);
      await refused(ask("error-401"), OpenAI.InternalServerError);
      await refused(ask("no-such-model"), OpenAI.NotFoundError, 404);
    }
    const stranger = new OpenAI({ baseURL: asked.baseUrl, apiKey: "sp-wrong", maxRetries: 0 });
    await refused(
      () => stranger.chat.completions.create({ model: of("text"), messages: user("Hi") }),
      OpenAI.AuthenticationError,
      401,
    );
  },
  async brokenStreams(of) {
    const chat = await failure(() =>
      client.chat.completions.stream({ model: of("dies"), messages: user("Hi") }).finalChatCompletion(),
    );
    truth(chat instanceof OpenAI.OpenAIError, "chat: " + chat?.constructor?.name + ": " + chat?.message);
    let last;
    for await (const event of await client.responses.create({ model: of("dies"), input: "Hi", stream: true })) {
      last = event;
    }
    equal(last.type, "response.failed", "the last event");
  },
});
