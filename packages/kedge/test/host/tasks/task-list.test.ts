import { expect, test } from "vitest";
import { readTasks, TASK_ENTRY } from "../../../src/host/tasks/task.ts";
import { createTaskList } from "../../../src/host/tasks/task-list.ts";
import type { Entry, EntryBody } from "../../../src/host/transcript/entry.ts";

function makeList(before: readonly EntryBody[] = []) {
  const kept: EntryBody[] = [...before];
  const append = async (body: EntryBody): Promise<string> => String(kept.push(body));
  return { list: createTaskList(before as readonly Entry[], () => ({ append })), kept };
}

test("what a list was is read from what was kept of it, deleted tasks left out and their numbers not given again", async () => {
  const { list, kept } = makeList();
  const one = await list.add({ subject: "one", description: "a" });
  await list.add({ subject: "two", description: "b", activeForm: "Doing two" });
  await list.add({ subject: "three", description: "c" });
  if (one) await list.put({ ...one, status: "completed" });
  await list.remove("3");
  const { list: again } = makeList(kept);
  expect(again.all).toEqual([
    { id: "1", subject: "one", description: "a", status: "completed" },
    { id: "2", subject: "two", description: "b", activeForm: "Doing two", status: "pending" },
  ]);
  expect(await again.add({ subject: "next", description: "" })).toMatchObject({ id: "4" });
});

test("a list has an end", async () => {
  const { list } = makeList();
  for (let count = 0; count < 500; count++) await list.add({ subject: "s", description: "" });
  expect(await list.add({ subject: "one too many", description: "" })).toBeNull();
});

test.for([
  ["no number", { id: "../1", subject: "s", description: "d", status: "pending" }],
  ["no subject", { id: "1", description: "d", status: "pending" }],
  ["a state that there is not", { id: "1", subject: "s", description: "d", status: "odd" }],
] as const)("an entry with %s is no task", ([, data]) => {
  const entry = { type: "system", subtype: TASK_ENTRY, data };
  expect(readTasks([entry as unknown as Entry]).tasks.size).toBe(0);
});
