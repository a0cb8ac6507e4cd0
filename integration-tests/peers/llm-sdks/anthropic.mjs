// Asks a provider in Anthropic's protocol, whole and streamed, for a text and for a tool call.
// Reads {baseUrl, key, model, text, tool, toolText} as JSON from standard input; writes what came
// back as JSON to standard output.
import { readFileSync } from "node:fs";
import Anthropic from "@anthropic-ai/sdk";

const asked = JSON.parse(readFileSync(0, "utf8"));
const client = new Anthropic({
  baseURL: asked.baseUrl,
  apiKey: asked.key,
  maxRetries: 0,
  timeout: 30_000,
});
const about = (content) => ({
  model: asked.model,
  max_tokens: 256,
  messages: [{ role: "user", content }],
});
const told = {
  text: await both(about(asked.text)),
};
if (asked.tool) {
  told.tool = await both({ ...about(asked.toolText), tools: [asked.tool] });
}
try {
  const stranger = new Anthropic({ baseURL: asked.baseUrl, apiKey: "wrong", maxRetries: 0 });
  await stranger.messages.create(about(asked.text));
} catch (error) {
  told.refused = {
    unauthorized: error instanceof Anthropic.AuthenticationError,
    type: error.error?.error?.type,
  };
}
console.log(JSON.stringify(told));

async function both(request) {
  const whole = await client.messages.create(request);
  const stream = client.messages.stream(request);
  const events = [];
  for await (const event of stream) {
    events.push(event.type);
  }
  const streamed = await stream.finalMessage();
  return { whole: summary(whole), streamed: summary(streamed), events };
}

function summary(message) {
  const content = message.content.map(({ type, text, name, input }) => ({ type, text, name, input }));
  return { content, stop: message.stop_reason, usage: message.usage };
}
