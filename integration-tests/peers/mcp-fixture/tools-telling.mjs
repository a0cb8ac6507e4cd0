// Tools that say something while they are called.
import { pause, text } from "./samples.mjs";

const STEP_MILLIS = 50;

export function addTellingTools(server) {
  server.registerTool(
    "test_tool_with_logging",
    { description: "Logs three times" },
    async (ctx) => {
      for (const step of ["execution started", "processing data", "execution completed"]) {
        await ctx.mcpReq.log("info", `Tool ${step}`);
        await pause(STEP_MILLIS);
      }
      return text("It logged.");
    },
  );
  server.registerTool("test_logging_tool", { description: "Logs once" }, async (ctx) => {
    await ctx.mcpReq.log("info", "This is logged for whoever wants it.");
    return text("It logged, if that was wanted.");
  });
  server.registerTool(
    "test_tool_with_progress",
    { description: "Reports progress three times, if that is wanted" },
    async (ctx) => {
      const progressToken = ctx.mcpReq._meta?.progressToken;
      for (const progress of [0, 50, 100]) {
        if (progressToken !== undefined) {
          const params = { progressToken, progress, total: 100, message: `${progress} of 100` };
          await ctx.mcpReq.notify({ method: "notifications/progress", params });
        }
        await pause(STEP_MILLIS);
      }
      return text("It is done.");
    },
  );
  server.registerTool(
    "test_streaming_elicitation",
    { description: "Asks nothing on the stream of its call" },
    () => text("There is nothing to ask."),
  );
  server.registerTool(
    "test_reconnection",
    { description: "Closes the stream of its call before it answers" },
    async (ctx) => {
      ctx.http?.closeSSE?.();
      await pause(2 * STEP_MILLIS);
      return text("It answered after the stream was closed.");
    },
  );
}
