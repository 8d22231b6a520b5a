import type { Entry } from "../transcript/entry.ts";
import type { Transcript } from "../transcript/transcript.ts";
import { readTasks, TASK_ENTRY, type Task, taskEntry } from "./task.ts";

/** The tasks of a session, which its subagents share. Every change stands in the transcript before it is answered. */
export interface TaskList {
  readonly all: readonly Task[];
  get(id: string): Task | undefined;
  /** @returns the task; null when there are as many as there may be */
  add(task: Omit<Task, "id" | "status">): Promise<Task | null>;
  put(task: Task): Promise<void>;
  remove(id: string): Promise<void>;
}

/** More than this is no list that anybody works through. */
const MAX_TASKS = 500;

/** @param entries what the transcript has of an earlier time */
export function createTaskList(
  entries: readonly Entry[],
  transcript: () => Pick<Transcript, "append">,
): TaskList {
  const { tasks, lastId } = readTasks(entries);
  let last = lastId;
  const keep = async (id: string, task: Task | null): Promise<void> => {
    await transcript().append({ type: "system", subtype: TASK_ENTRY, data: taskEntry(id, task) });
  };
  const put = async (task: Task): Promise<void> => {
    tasks.set(task.id, task);
    await keep(task.id, task);
  };
  return {
    get all() {
      return [...tasks.values()];
    },
    get: (id) => tasks.get(id),
    async add(own) {
      if (tasks.size >= MAX_TASKS) return null;
      last++;
      const task: Task = { id: String(last), ...own, status: "pending" };
      await put(task);
      return task;
    },
    put,
    async remove(id) {
      tasks.delete(id);
      await keep(id, null);
    },
  };
}
