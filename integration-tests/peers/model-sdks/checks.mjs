// What the scripts of all SDKs share. Each reads {baseUrl, token, providers, turns} as JSON from
// standard input and writes {provider: {check: "ok" or what went wrong}} to standard output.
import { readFileSync } from "node:fs";

export const asked = JSON.parse(readFileSync(0, "utf8"));

/** What the providers know of the weather; its arguments are what the model is to give. */
export const WEATHER = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

/** A red dot. */
export const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

/** Runs every check for every provider, each with the name of its models. */
export async function run(checks) {
  const told = {};
  for (const provider of asked.providers) {
    told[provider] = {};
    for (const [name, check] of Object.entries(checks)) {
      try {
        await check((behaviour) => `${provider}/${behaviour}`, provider);
        told[provider][name] = "ok";
      } catch (error) {
        told[provider][name] = String(error?.stack ?? error).slice(0, 1500);
      }
    }
  }
  console.log(JSON.stringify(told));
  process.exit(0);
}

export function equal(actual, expected, what) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) {
    throw new Error(`${what}: expected ${b}, was ${a}`);
  }
}

export function truth(holds, what) {
  if (!holds) {
    throw new Error(what);
  }
}

/** The failure of a call that must fail. */
export async function failure(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}
