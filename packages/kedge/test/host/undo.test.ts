import { expect, test } from "vitest";
import { type Undo, undoAll } from "../../src/host/undo.ts";

test("a step that fails keeps no other from being taken, the last first; the first failure is told", async () => {
  const taken: string[] = [];
  const step =
    (name: string, fails = false) =>
    async (): Promise<void> => {
      taken.push(name);
      if (fails) throw new Error(`${name} failed`);
    };
  const undo: Undo = [step("lock"), step("folder", true), step("children"), step("transcript", true)];
  await expect(undoAll(undo)).rejects.toThrow("transcript failed");
  expect(taken).toEqual(["transcript", "children", "folder", "lock"]);
  await undoAll(undo);
  expect(taken).toHaveLength(4);
});
