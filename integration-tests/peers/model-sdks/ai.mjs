// Vercel's SDK, by three of its providers.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, Output, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { asked, equal, failure, PNG, run, truth } from "./checks.mjs";

const settings = { baseURL: asked.baseUrl, apiKey: asked.token };
const openai = createOpenAI(settings);
const anthropic = createAnthropic({ baseURL: asked.baseUrl, authToken: asked.token });
const compatible = createOpenAICompatible({ ...settings, name: "sallyport", includeUsage: true, supportsStructuredOutputs: true });
const MODELS = {
  chat: (id) => openai.chat(id),
  responses: (id) => openai.responses(id),
  messages: (id) => anthropic(id),
  compatible: (id) => compatible(id),
};
const weather = tool({
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => "sunny in " + city,
});
// Sallyport keeps no responses: items are to be sent whole, not referred to, and thoughts sealed.
const responses = { store: false, include: ["reasoning.encrypted_content"] };
const providerOptions = { openai: responses }; // chat and messages take no notice of them
const common = { maxRetries: 0, maxOutputTokens: 4096, providerOptions };

function checks(form, model) {
  return {
    async [form + "Text"](of) {
      const { text, finishReason, usage } = await generateText({ ...common, model: model(of("text")), prompt: "Hi" });
      truth(text.length > 0, "no text");
      equal(finishReason, "stop", "finishReason");
      truth(usage.inputTokens > 0 && usage.outputTokens > 0, JSON.stringify(usage));
    },
    async [form + "Stream"](of) {
      const stream = streamText({ ...common, model: model(of("text")), prompt: "Hi", onError() {} });
      let deltas = 0;
      for await (const _ of stream.textStream) {
        deltas++;
      }
      truth(deltas > 1, "deltas");
      equal(await stream.finishReason, "stop", "finishReason");
      truth((await stream.usage).totalTokens > 0, "usage");
    },
    async [form + "Loop"](of) {
      const result = await generateText({
        ...common,
        model: model(of("loop")),
        prompt: "Ask for the weather until you know it.",
        tools: { weather },
        stopWhen: stepCountIs(asked.turns + 5),
      });
      equal(result.steps.length, asked.turns + 1, "steps");
      equal(result.finishReason, "stop", "finishReason");
    },
    async [form + "LoopStreamed"](of) {
      const result = streamText({
        ...common,
        model: model(of("loop")),
        prompt: "Ask for the weather until you know it.",
        tools: { weather },
        stopWhen: stepCountIs(asked.turns + 5),
        onError() {},
      });
      await result.consumeStream();
      equal((await result.steps).length, asked.turns + 1, "steps");
      equal(await result.finishReason, "stop", "finishReason");
    },
    async [form + "Object"](of) {
      const { output } = await generateText({
        ...common,
        model: model(of("json")),
        prompt: "Who?",
        output: Output.object({ schema: z.object({ name: z.string(), age: z.number() }) }),
      });
      equal(Object.keys(output).sort(), ["age", "name"], "output");
    },
    async [form + "Image"](of) {
      const { text } = await generateText({
        ...common,
        model: model(of("image")),
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "What is it?" },
              { type: "file", mediaType: "image/png", data: PNG },
            ],
          },
        ],
      });
      equal(text, "Images: 1", "text");
    },
    async [form + "Errors"](of) {
      for (const [behaviour, status] of [["error-400", 400], ["error-429", 429], ["no-such-model", 404]]) {
        const error = await failure(() => generateText({ ...common, model: model(of(behaviour)), prompt: "Hi" }));
        equal(error.statusCode, status, behaviour + " " + error?.message);
      }
    },
    async [form + "BrokenStream"](of) {
      let told;
      const stream = streamText({ ...common, model: model(of("dies")), prompt: "Hi", onError: ({ error }) => (told = error) });
      await stream.consumeStream({ onError: (error) => (told ??= error) });
      truth(told, "no error was told");
    },
  };
}

await run(Object.assign({}, ...Object.entries(MODELS).map(([form, model]) => checks(form, model))));
