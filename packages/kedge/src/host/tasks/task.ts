import { isJsonObject, type JsonObject } from "../../protocol/index.ts";
import type { Entry } from "../transcript/entry.ts";

export const TASK_STATES = ["pending", "in_progress", "completed"] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** One entry of the list that the model keeps of what is to be done. */
export interface Task {
  /** A number, counted from 1. */
  readonly id: string;
  readonly subject: string;
  readonly description: string;
  /** What is being done, for as long as it is: "Running the tests". */
  readonly activeForm?: string;
  readonly status: TaskState;
}

/** Of a system entry of the transcript: a task as it is from there on. */
export const TASK_ENTRY = "task";

/** What a transcript keeps of a change. A task that is gone stays in it as its number, which is not given again. */
export function taskEntry(id: string, task: Task | null): JsonObject {
  return task ? { ...task } : { id, status: "deleted" };
}

/** The tasks of a session as its transcript has them, and the highest number that was given. */
export function readTasks(entries: readonly Entry[]): {
  readonly tasks: Map<string, Task>;
  readonly lastId: number;
} {
  const tasks = new Map<string, Task>();
  let lastId = 0;
  for (const entry of entries) {
    if (entry.type !== "system" || entry.subtype !== TASK_ENTRY || !isJsonObject(entry.data)) continue;
    const { id } = entry.data;
    if (typeof id !== "string" || !/^[1-9]\d{0,8}$/.test(id)) continue;
    lastId = Math.max(lastId, Number(id));
    const task = toTask(id, entry.data);
    if (task) tasks.set(id, task);
    else tasks.delete(id);
  }
  return { tasks, lastId };
}

function toTask(id: string, { subject, description, activeForm, status }: JsonObject): Task | null {
  const state = TASK_STATES.find((each) => each === status);
  if (!state || typeof subject !== "string" || typeof description !== "string") return null;
  return {
    id,
    subject,
    description,
    status: state,
    ...(typeof activeForm === "string" ? { activeForm } : {}),
  };
}
