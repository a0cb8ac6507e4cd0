// Runs tools of its own with a client of OpenAI's, whole and streamed. Reads {baseUrl, token, model,
// text} as JSON from standard input; writes what its tool was given and what came back as JSON to
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
const told = [];
for (const stream of [false, true]) {
  const given = [];
  const runner = client.chat.completions.runTools({
    model: asked.model,
    stream,
    messages: [{ role: "user", content: asked.text }],
    tools: [
      {
        type: "function",
        function: {
          name: "save",
          description: "Saves a text.",
          parameters: { type: "object", properties: { text: { type: "string" } } },
          parse: JSON.parse,
          function: (args) => {
            given.push(args.text);
            return `Saved: ${args.text}`;
          },
        },
      },
    ],
  });
  told.push({ given, text: await runner.finalContent() });
}
console.log(JSON.stringify(told));
