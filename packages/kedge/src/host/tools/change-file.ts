import { type HeldPath, holdPath, type NoPath } from "../files/held-path.ts";
import { systemWords } from "../files/system-words.ts";
import { type ReadText, type Written, writeHeld } from "../files/write-held.ts";
import { readGranted } from "./granted-file.ts";
import { staleness } from "./seen.ts";
import type { ToolContext } from "./tool.ts";

/** Why a file is not changed. */
export interface NotChanged {
  readonly ok: false;
  readonly why: string;
}

/** A file with what stood in it before, null for one that was made, and what it was changed to. */
interface Changed<After> {
  readonly ok: true;
  readonly before: string | null;
  readonly after: After;
}

/**
 * Changes the file that a call was permitted for, or makes it; the conversation knows it from then on. Such changes come one after the
 * other in a session: the text that a change is made from is the one that it replaces, whoever else works on the file.
 *
 * @param rewrite says what is to stand there, given what does; null for nothing
 */
export function changeFile<After extends { readonly ok: true; readonly content: string }>(
  path: string,
  context: ToolContext,
  rewrite: (before: string | null) => After | NotChanged,
): Promise<Changed<After> | NotChanged> {
  return context.inTurn(async () => {
    await using held = await holdPath(path);
    const reading = await readGranted(path, held, context.mayWrite);
    if (!reading.ok && !reading.missing) return reading;
    const stale = reading.ok ? staleness(context.seen, path, reading.version) : null;
    if (stale !== null) return { ok: false, why: stale };
    const read = reading.ok ? reading : null;
    const before = read?.text ?? null;
    const after = rewrite(before);
    if (!after.ok) return after;
    const written = await put(held, after.content, { path, context, read });
    if (!written.ok) return written;
    context.seen.set(path, written.version);
    return { ok: true, before, after };
  });
}

async function put(
  held: HeldPath | NoPath,
  content: string,
  about: { readonly path: string; readonly context: ToolContext; readonly read: ReadText | null },
): Promise<Written> {
  const { path, context, read } = about;
  if (!held.ok) return held;
  try {
    const write = () => writeHeld(held, content, context.mayWrite, read);
    // A command that runs meanwhile has not made this change.
    return await (context.guard?.accepts(held.path, write) ?? write());
  } catch (error) {
    return { ok: false, why: systemWords(path, error) };
  }
}
