// Uses all that the gateway offers to a client of OpenAI's. Reads {baseUrl, token, model, text,
// turn, server, forbidden, unknown} as JSON from standard input; writes what came back as JSON to
// standard output.
import { readFileSync } from "node:fs";
import OpenAI from "openai";

const asked = JSON.parse(readFileSync(0, "utf8"));
const client = new OpenAI({
  baseURL: asked.baseUrl,
  apiKey: asked.token,
  maxRetries: 0,
  timeout: 30_000,
});
const messages = [{ role: "user", content: asked.text }];
const told = {};

told.models = (await client.models.list()).data.map((model) => model.id);

const chat = await client.chat.completions.create({ model: asked.model, messages });
told.chat = {
  text: chat.choices[0].message.content,
  finish: chat.choices[0].finish_reason,
  usage: chat.usage,
};

const stream = client.chat.completions.stream({
  model: asked.model,
  messages,
  stream_options: { include_usage: true },
});
let deltas = 0;
stream.on("content.delta", () => deltas++);
const streamed = await stream.finalChatCompletion();
told.stream = {
  text: streamed.choices[0].message.content,
  finish: streamed.choices[0].finish_reason,
  usage: streamed.usage,
  deltas,
};

const question = { model: asked.model, input: asked.text };
told.response = said(await client.responses.create(question));

const answer = client.responses.stream(question);
let textDeltas = 0;
answer.on("response.output_text.delta", () => textDeltas++);
told.responseStream = { ...said(await answer.finalResponse()), deltas: textDeltas };

const request = {
  model: asked.model,
  input: asked.turn,
  tools: [{ type: "mcp", server_label: asked.server, require_approval: "never" }],
};
told.turn = summary(await client.responses.create(request));

const events = [];
const turn = client.responses.stream(request);
for await (const event of turn) {
  events.push(event.type);
}
told.turnStream = { ...summary(await turn.finalResponse()), events };

told.forbidden = await refusal(asked.forbidden);
told.unknown = await refusal(asked.unknown);

console.log(JSON.stringify(told));

async function refusal(model) {
  try {
    await client.chat.completions.create({ model, messages });
    return undefined;
  } catch (error) {
    return {
      notFound: error instanceof OpenAI.NotFoundError,
      status: error.status,
      code: error.code,
      type: error.type,
    };
  }
}

function said(response) {
  return {
    status: response.status,
    text: response.output_text,
    items: response.output.map((item) => item.type),
    usage: response.usage,
  };
}

function summary(response) {
  const calls = response.output.filter((item) => item.type === "mcp_call");
  return {
    status: response.status,
    text: response.output_text,
    items: response.output.map((item) => item.type),
    calls: calls.map(({ name, server_label, error, output }) => ({
      name,
      server_label,
      error,
      output,
    })),
    usage: response.usage,
  };
}
