// OpenAI's agents SDK, by Responses and by chat completions.
import { Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, run as go, setTracingDisabled, tool } from "@openai/agents";
import OpenAI from "openai";
import { z } from "zod";
import { asked, equal, run, truth } from "./checks.mjs";

setTracingDisabled(true);
const client = new OpenAI({ baseURL: asked.baseUrl, apiKey: asked.token, maxRetries: 0, timeout: 30_000 });
const MODELS = {
  responses: (id) => new OpenAIResponsesModel(client, id),
  chat: (id) => new OpenAIChatCompletionsModel(client, id),
};

function checks(form, model) {
  function loop(streamed) {
    return async (of) => {
      let calls = 0;
      const weather = tool({
        name: "weather",
        description: "The weather of a city.",
        parameters: z.object({ city: z.string() }),
        execute: async ({ city }) => {
          calls++;
          return "sunny in " + city;
        },
      });
      const agent = new Agent({
        name: "watcher",
        instructions: "Ask for the weather until you know it.",
        model: model(of("loop")),
        modelSettings: { store: false, providerData: form === "responses" ? { include: ["reasoning.encrypted_content"] } : {} },
        tools: [weather],
      });
      const result = await go(agent, "Go.", { stream: streamed, maxTurns: asked.turns + 5 });
      if (streamed) {
        await result.completed;
      }
      equal(calls, asked.turns, "calls");
      truth(String(result.finalOutput).length > 0, "no output");
    };
  }
  return { [form + "Loop"]: loop(false), [form + "LoopStreamed"]: loop(true) };
}

await run(Object.assign({}, ...Object.entries(MODELS).map(([form, model]) => checks(form, model))));
