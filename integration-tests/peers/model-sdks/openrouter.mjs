// OpenRouter's SDK: chat and models.
import { OpenRouter } from "@openrouter/sdk";
import { asked, equal, failure, run, truth, WEATHER } from "./checks.mjs";

const client = new OpenRouter({
  serverURL: asked.baseUrl.replace(/\/v1$/, "/api/v1"),
  apiKey: asked.token,
  retryConfig: { strategy: "none" },
});
const messages = [{ role: "user", content: "Hi" }];
const send = (request) => client.chat.send({ chatRequest: request });
const tools = [{ type: "function", function: { name: "weather", parameters: WEATHER } }];

await run({
  async models(of) {
    const { data } = (await client.models.list()).result;
    truth(data.some((model) => model.id === of("text")), JSON.stringify(data.slice(0, 3)));
  },
  async chat(of) {
    const chat = await send({ model: of("text"), messages, stream: false });
    truth(chat.choices[0].message.content.length > 0, "no text");
    equal(chat.choices[0].finishReason, "stop", "finishReason");
    equal(chat.usage.totalTokens, chat.usage.promptTokens + chat.usage.completionTokens, "totalTokens");
  },
  async stream(of) {
    let text = "";
    let finish;
    let usage;
    for await (const chunk of await send({ model: of("text"), messages, stream: true })) {
      text += chunk.choices[0]?.delta?.content ?? "";
      finish = chunk.choices[0]?.finishReason ?? finish;
      usage = chunk.usage ?? usage;
    }
    truth(text.length > 0, "no text");
    equal(finish, "stop", "finishReason");
    truth(usage.totalTokens > 0, "usage");
  },
  async brokenStream(of) {
    let last;
    for await (const chunk of await send({ model: of("dies"), messages, stream: true })) {
      last = chunk;
    }
    equal(last.choices[0].finishReason, "error", "finishReason");
    truth(last.error.code >= 500, JSON.stringify(last));
  },
  async tools(of) {
    const chat = await send({ model: of("parallel"), messages, tools, stream: false });
    equal(chat.choices[0].message.toolCalls.length, 2, "calls");
  },
  async errors(of) {
    for (const [behaviour, status] of [["error-400", 400], ["error-429", 429], ["no-such-model", 404]]) {
      const error = await failure(() => send({ model: of(behaviour), messages, stream: false }));
      equal(error.statusCode, status, behaviour + " " + error?.message);
    }
  },
});
