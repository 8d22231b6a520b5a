import type { Decision, JsonObject } from "../../protocol/index.ts";
import { reasonOf } from "../hook-texts.ts";
import { refuse, type Tool, type ToolContext, type ToolOutcome } from "../tools/tool.ts";
import { TASK_STATES, type Task, type TaskState } from "./task.ts";

const TEXT = { type: "string" } as const;

const createTool: Tool = {
  definition: {
    name: "TaskCreate",
    description: "Adds a task to your list of what is to be done. For work of several steps.",
    input_schema: {
      type: "object",
      properties: {
        subject: { ...TEXT, description: "What is to be done, in a few words." },
        description: { ...TEXT, description: "All that is needed to do it." },
        activeForm: { ...TEXT, description: 'What is said while it is done, such as "Running the tests".' },
      },
      required: ["subject", "description"],
    },
  },
  isParallel: false,
  check: ({ subject }) => (isBlank(subject) ? "expected a subject, got an empty text" : null),
  async run(input, { tasks, fire, signal }) {
    const { subject, description, activeForm } = input;
    const task = await tasks.add({
      ...{ subject: String(subject), description: String(description) },
      ...(typeof activeForm === "string" ? { activeForm } : {}),
    });
    if (!task) return refuse("The list is full. Delete what is done with before you add more.");
    const { decision } = await fire("TaskCreated", fieldsOf(task)).catch(async (error: unknown) => {
      // Nobody could be asked, so nobody let it pass.
      await tasks.remove(task.id);
      throw error;
    });
    const isRefused = decision.effect === "removes_task";
    if (isRefused || signal.aborted) {
      await tasks.remove(task.id);
      return isRefused ? refused("TaskCreated", decision) : interrupted();
    }
    return {
      ok: true,
      text: `Task #${task.id} created: ${task.subject}`,
      response: { task: { id: task.id, subject: task.subject } },
    };
  },
};

const updateTool: Tool = {
  definition: {
    name: "TaskUpdate",
    description:
      "Changes a task: set it in_progress when you begin, completed when it is done whole, deleted when it is not needed.",
    input_schema: {
      type: "object",
      properties: {
        taskId: { ...TEXT, description: "Its number." },
        status: { ...TEXT, enum: [...TASK_STATES, "deleted"] },
        subject: TEXT,
        description: TEXT,
        activeForm: TEXT,
      },
      required: ["taskId"],
    },
  },
  isParallel: false,
  check: ({ subject }) =>
    subject !== undefined && isBlank(subject) ? "expected a subject, got an empty text" : null,
  run: update,
};

async function update(input: JsonObject, { tasks, fire, signal }: ToolContext): Promise<ToolOutcome> {
  const id = String(input.taskId);
  const before = tasks.get(id);
  if (!before) return missing(id);
  if (input.status === "deleted") {
    await tasks.remove(id);
    return updated(before, { names: ["status"], to: "deleted" });
  }
  const changes = readChanges(input);
  const after: Task = { ...before, ...changes };
  if (after.status === "completed" && before.status !== "completed") {
    const { decision } = await fire("TaskCompleted", fieldsOf(after));
    if (decision.effect === "keeps_task_open") return refused("TaskCompleted", decision);
    if (signal.aborted) return interrupted();
  }
  // A subagent may have changed it while handlers were asked.
  const now = tasks.get(id);
  if (!now) return missing(id);
  await tasks.put({ ...now, ...changes });
  return updated(before, { names: Object.keys(changes), to: after.status });
}

function updated(
  { id, status }: Task,
  { names, to }: { readonly names: readonly string[]; readonly to: string },
): ToolOutcome {
  return {
    ok: true,
    text: `Task #${id} is now ${to}`,
    response: {
      ...{ success: true, taskId: id, updatedFields: names },
      ...(status === to ? {} : { statusChange: { from: status, to } }),
    },
  };
}

const listTool: Tool = {
  definition: {
    name: "TaskList",
    description: "Your list of what is to be done.",
    input_schema: { type: "object", properties: {} },
  },
  isParallel: true,
  async run(_input, { tasks }) {
    const lines = tasks.all.map(({ id, status, subject }) => `#${id} [${status}] ${subject}`);
    return {
      ok: true,
      text: lines.length > 0 ? lines.join("\n") : "There are no tasks.",
      response: { tasks: tasks.all.map(({ id, status, subject }) => ({ id, subject, status })) },
    };
  },
};

const getTool: Tool = {
  definition: {
    name: "TaskGet",
    description: "One task of your list, with its description.",
    input_schema: {
      type: "object",
      properties: { taskId: { ...TEXT, description: "Its number." } },
      required: ["taskId"],
    },
  },
  isParallel: true,
  async run(input, { tasks }) {
    const id = String(input.taskId);
    const task = tasks.get(id);
    if (!task) return missing(id);
    return {
      ok: true,
      text: `#${id} [${task.status}] ${task.subject}\n${task.description}`,
      response: { task },
    };
  },
};

/** Tools with which the model keeps a list of what is to be done. They change nothing but that list, so they need no permission. */
export const taskTools: readonly Tool[] = [createTool, updateTool, listTool, getTool];

/** What handlers get of a task. @source recorded inputs of Claude Code 2.1.329 */
function fieldsOf({ id, subject, description }: Task): JsonObject {
  return { task_id: id, task_subject: subject, task_description: description };
}

function readChanges({ status, subject, description, activeForm }: JsonObject): Partial<Omit<Task, "id">> {
  return {
    ...(isState(status) ? { status } : {}),
    ...(typeof subject === "string" ? { subject } : {}),
    ...(typeof description === "string" ? { description } : {}),
    ...(typeof activeForm === "string" ? { activeForm } : {}),
  };
}

function refused(event: "TaskCreated" | "TaskCompleted", decision: Decision): ToolOutcome {
  return refuse(`${event} hook error: ${reasonOf(decision, "Blocked by hook")}`);
}

/** Handlers that an interrupt ended have said nothing, and might have refused. */
function interrupted(): ToolOutcome {
  return refuse("The turn was interrupted before the hooks had answered.");
}

function missing(id: string): ToolOutcome {
  return refuse(`There is no task ${id}. TaskList shows those that there are.`);
}

function isState(value: unknown): value is TaskState {
  return TASK_STATES.some((each) => each === value);
}

function isBlank(value: unknown): boolean {
  return typeof value !== "string" || value.trim() === "";
}
