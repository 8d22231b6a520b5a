import { Buffer } from "node:buffer";
import { resolve } from "node:path";
import { readTextFile } from "../platform/index.ts";
import {
  type Batch,
  type BatchItem,
  type BatchProblem,
  MAX_PROMPT_BYTES,
  promptNotes,
  promptProblem,
} from "../recovery/index.ts";
import { createRedactor } from "../redact/index.ts";

/** Of all prompts in files together: they are held in memory at once. */
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;

/** A batch with its prompts, or what is wrong with the files that hold them. */
export type PromptsReading =
  | { readonly ok: true; readonly batch: Batch; readonly notes: readonly BatchProblem[] }
  | { readonly ok: false; readonly problems: readonly BatchProblem[] };

type FileReading = { readonly text: string } | { readonly problem: string };

/** Reads every prompt that is in a file, each file once. */
export async function readPrompts(batch: Batch, baseDir: string): Promise<PromptsReading> {
  const files = new Map<string, FileReading>();
  const problems: BatchProblem[] = [];
  const notes: BatchProblem[] = [];
  const items: BatchItem[] = [];
  const redactor = createRedactor();
  let total = 0;
  for (const [at, item] of batch.items.entries()) {
    if (item.promptFile === null) {
      items.push(item);
      continue;
    }
    const path = resolve(baseDir, item.promptFile);
    const reading = files.get(path) ?? (await readPrompt(path));
    const isNew = !files.has(path);
    files.set(path, reading);
    const tell = (message: string): BatchProblem => ({
      path: `items[${at}].prompt_file`,
      keys: ["items", at, "prompt_file"],
      message,
    });
    if ("problem" in reading) problems.push(tell(reading.problem));
    else {
      items.push({ ...item, prompt: reading.text });
      if (isNew) total += Buffer.byteLength(reading.text);
      if (isNew) notes.push(...promptNotes(reading.text, redactor).map(tell));
    }
    if (total > MAX_TOTAL_BYTES) {
      problems.push(tell(`expected at most ${MAX_TOTAL_BYTES} bytes of prompts in files, got more`));
      break;
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, batch: { ...batch, items }, notes };
}

async function readPrompt(path: string): Promise<FileReading> {
  const reading = await readTextFile(path, MAX_PROMPT_BYTES);
  if (!reading.ok) return { problem: `expected a file with a prompt, but ${reading.message}` };
  const problem = promptProblem(reading.text);
  return problem === undefined ? { text: reading.text } : { problem };
}
