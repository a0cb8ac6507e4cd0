// What the scripts of clients do alike, beside tools.
import { existsSync } from "node:fs";

const LOOK_MILLIS = 20;
const MOST_LOOKS = 1_500;

// Asks for resources, prompts and completion, by the methods that most clients have.
export async function ask(client, { uri, template, prompt, given, argument }) {
  const { resources } = await client.listResources();
  const { contents } = await client.readResource({ uri });
  const { prompts } = await client.listPrompts();
  const { messages } = await client.getPrompt({ name: prompt, arguments: given });
  const ref = { type: "ref/resource", uri: template };
  const { completion } = await client.complete({ ref, argument });
  return {
    resources: resources.map((resource) => resource.uri),
    text: contents[0].text,
    prompts: prompts.map(({ name }) => name),
    said: messages[0].content.text,
    values: completion.values,
  };
}

// Calls, and gives the call up once a file is there. Stays until the file is gone. Answers whether
// the call was given up.
export async function giveUp(call, { file }) {
  const ending = new AbortController();
  const answer = call(ending.signal).then(
    () => false,
    () => ending.signal.aborted,
  );
  await until(() => existsSync(file));
  ending.abort();
  await until(() => !existsSync(file));
  return answer;
}

async function until(holds) {
  for (let looks = 0; !holds() && looks < MOST_LOOKS; looks++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS));
  }
}
