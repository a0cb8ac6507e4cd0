// The tasks extension of the newer era, which the SDK leaves to its users: what calls have begun,
// and the methods by which clients ask for it. Source: SEP-2663.
import { randomUUID } from "node:crypto";
import {
  CLIENT_CAPABILITIES_META_KEY,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  fromJsonSchema,
} from "@modelcontextprotocol/server";
import { object } from "./samples.mjs";

export const EXTENSION = "io.modelcontextprotocol/tasks";

const LIFETIME_MILLIS = 60_000;
const POLL_MILLIS = 100;
const ENDED = ["completed", "failed", "cancelled"];
const ID = fromJsonSchema(object({ taskId: { type: "string" } }));

export class Tasks {
  #all = new Map();
  #required = new Set();

  // Names a tool that cannot be called by who takes no tasks.
  require(tool) {
    this.#required.add(tool);
  }

  // Answers the methods of tasks, and has them refused for calls that need them.
  join(server) {
    const low = server.server;
    const set = low.setRequestHandler.bind(low);
    low.setRequestHandler = (method, handler, ...more) =>
      method === "tools/call"
        ? set(method, (request, ctx) => {
            if (this.#required.has(request.params.name)) {
              requireTasks(ctx);
            }
            return handler(request, ctx);
          })
        : set(method, handler, ...more);
    const answer = (method, act) =>
      set(method, { params: ID }, (given, ctx) => {
        requireTasks(ctx);
        return act(this.#find(given.taskId), ctx.mcpReq.inputResponses ?? {});
      });
    answer("tasks/get", (task) => task.seen);
    answer("tasks/cancel", (task) => task.cancel());
    answer("tasks/update", (task, responses) => task.answer(responses));
  }

  // Does some work: as a task, if the client takes tasks, and else before the answer.
  run(ctx, work) {
    if (!takesTasks(ctx)) {
      return work({ signal: ctx.mcpReq.signal, ask: () => ({}) });
    }
    const task = new Task();
    this.#all.set(task.seen.taskId, task);
    const begun = { resultType: "task", ...task.seen };
    task.do(work);
    return begun;
  }

  #find(id) {
    const task = this.#all.get(id);
    if (task === undefined) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no task ${id}`);
    }
    return task;
  }
}

class Task {
  #ending = new AbortController();
  #waiting;
  #given = {};

  // What clients are shown.
  seen = {
    taskId: randomUUID(),
    status: "working",
    createdAt: new Date().toISOString(),
    lastUpdatedAt: new Date().toISOString(),
    ttlMs: LIFETIME_MILLIS,
    pollIntervalMs: POLL_MILLIS,
  };

  async do(work) {
    try {
      const signal = this.#ending.signal;
      const result = await work({ signal, ask: (requests) => this.#ask(requests) });
      this.#now({ status: "completed", result: { resultType: "complete", ...result } });
    } catch (error) {
      const { message } = error;
      this.#now({ status: "failed", error: { code: ProtocolErrorCode.InternalError, message } });
    }
  }

  cancel() {
    this.#now({ status: "cancelled" });
    this.#ending.abort();
    return {};
  }

  answer(responses) {
    const asked = Object.entries(this.seen.inputRequests ?? {});
    for (const [key] of asked.filter(([key]) => key in responses)) {
      this.#given[key] = responses[key];
    }
    const left = asked.filter(([key]) => !(key in this.#given));
    if (left.length > 0) {
      this.#now({ status: "input_required", inputRequests: Object.fromEntries(left) });
    } else if (this.#waiting !== undefined) {
      this.#now({ status: "working" });
      this.#waiting(this.#given);
    }
    return {};
  }

  #ask(inputRequests) {
    this.#now({ status: "input_required", inputRequests });
    return new Promise((resolve) => (this.#waiting = resolve));
  }

  // What has ended stays as it ended.
  #now(state) {
    if (!ENDED.includes(this.seen.status)) {
      const { inputRequests, ...kept } = this.seen;
      this.seen = { ...kept, lastUpdatedAt: new Date().toISOString(), ...state };
    }
  }
}

const takesTasks = (ctx) =>
  ctx.mcpReq.envelope?.[CLIENT_CAPABILITIES_META_KEY]?.extensions?.[EXTENSION] !== undefined;

function requireTasks(ctx) {
  if (!takesTasks(ctx)) {
    throw new MissingRequiredClientCapabilityError({
      requiredCapabilities: { extensions: { [EXTENSION]: {} } },
    });
  }
}
