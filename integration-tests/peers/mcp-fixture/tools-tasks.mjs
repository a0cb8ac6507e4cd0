// Tools whose calls become tasks, and one whose calls never do.
import { acceptedContent, fromJsonSchema, inputRequired } from "@modelcontextprotocol/server";
import { object, pause, text } from "./samples.mjs";

// A second of work takes less here.
const SECOND_MILLIS = 100;

export function addTaskTools(server, tasks) {
  server.registerTool(
    "greet",
    {
      description: "Greets at once",
      inputSchema: fromJsonSchema(object({ name: { type: "string" } })),
    },
    ({ name }) => text(`Hello, ${name}!`),
  );
  server.registerTool(
    "slow_compute",
    {
      description: "Computes for some seconds",
      inputSchema: fromJsonSchema({
        type: "object",
        properties: { seconds: { type: "number", minimum: 0 }, label: { type: "string" } },
        required: ["seconds"],
      }),
    },
    ({ seconds, label = "nothing" }, ctx) =>
      tasks.run(ctx, async ({ signal }) => {
        await pause(seconds * SECOND_MILLIS, signal);
        return text(`It computed ${label}.`);
      }),
  );
  addFailingTools(server, tasks);
  addAskingTaskTools(server, tasks);
}

function addFailingTools(server, tasks) {
  tasks.require("failing_job");
  server.registerTool("failing_job", { description: "Fails after a second" }, (ctx) =>
    tasks.run(ctx, async () => {
      await pause(SECOND_MILLIS);
      return { ...text("The job failed."), isError: true };
    }),
  );
  server.registerTool("protocol_error_job", { description: "Breaks" }, (ctx) =>
    tasks.run(ctx, async () => {
      throw new Error("It broke.");
    }),
  );
}

function addAskingTaskTools(server, tasks) {
  server.registerTool(
    "confirm_delete",
    {
      description: "Asks before it deletes nothing",
      inputSchema: fromJsonSchema(object({ filename: { type: "string" } })),
    },
    ({ filename }, ctx) =>
      tasks.run(ctx, async ({ ask }) => {
        const given = await ask({ confirm: form(`Delete ${filename}?`, "confirm", "boolean") });
        const confirmed = acceptedContent(given, "confirm")?.confirm === true;
        return text(`${filename} was ${confirmed ? "deleted" : "kept"}.`);
      }),
  );
  server.registerTool("multi_input", { description: "Asks for two names at once" }, (ctx) =>
    tasks.run(ctx, async ({ ask }) => {
      const given = await ask({ first: form("First?", "name"), second: form("Second?", "name") });
      const names = ["first", "second"].map((key) => acceptedContent(given, key)?.name);
      return text(`It was told ${names.join(" and ")}.`);
    }),
  );
  server.registerTool(
    "test_tool_with_task",
    { description: "Asks for a name first, and then becomes a task" },
    (ctx) => {
      const name = acceptedContent(ctx.mcpReq.inputResponses, "user_name")?.name;
      return typeof name === "string"
        ? tasks.run(ctx, async () => text(`Hello, ${name}!`))
        : inputRequired({ inputRequests: { user_name: form("What is your name?", "name") } });
    },
  );
}

function form(message, property, type = "string") {
  return inputRequired.elicit({ message, requestedSchema: object({ [property]: { type } }) });
}
