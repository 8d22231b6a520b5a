/** What is undone when a session ends, or when it cannot be opened after all: the last first. */
export type Undo = (() => Promise<void> | void)[];

/**
 * Takes every step, the last first, and empties the list. A step that fails keeps no other from being taken: what it would have ended
 * would go on running.
 *
 * @throws the first failure, when all steps have been taken
 */
export async function undoAll(undo: Undo): Promise<void> {
  const failures: unknown[] = [];
  for (const step of undo.splice(0).reverse()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
