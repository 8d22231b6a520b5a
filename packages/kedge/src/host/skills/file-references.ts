import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Conversation } from "../conversation.ts";
import type { Core } from "../core.ts";
import { reminder } from "../hook-texts.ts";
import type { TextBlock } from "../model/messages.ts";
import { absolutePath } from "../paths.ts";
import { runToolCall } from "../tool-call.ts";

/** Files that one text brings with it. */
const MAX_FILES = 20;

/** `@path` or `@"path with blanks"` at the beginning of a word. */
const REFERENCE = /(?<=^|[\s(])@(?:"([^"\n]+)"|([^\s"]+))/g;

/**
 * Reads the files that a text refers to, each as a call of Read: hooks, rules and permissions decide as they do for the model. What is
 * refused is told to the model, so that it does not take the text for whole; what is no file is only a word.
 */
export async function readReferences(
  core: Core,
  conversation: Conversation,
  text: string,
  signal: AbortSignal,
): Promise<readonly TextBlock[]> {
  const names = [...text.matchAll(REFERENCE)].map(([, quoted, plain = ""]) => quoted ?? withoutStop(plain));
  const blocks: TextBlock[] = [];
  for (const name of [...new Set(names)].slice(0, MAX_FILES)) {
    const path = absolutePath(name, { cwd: core.state.cwd, homeDir: core.homeDir });
    if (!(await isFile(path))) continue;
    const call = {
      ...({ type: "tool_use", id: `text_${randomUUID()}`, name: "Read" } as const),
      input: { file_path: path },
    };
    const about = { signal, turnToAsk: Promise.resolve(), onDecided: () => {} };
    const { blocks: got, text: content } = await runToolCall(core, conversation, call, about);
    const [result, ...rest] = got;
    const isRead = result?.type === "tool_result" && result.is_error !== true;
    blocks.push(reminder(isRead ? `Content of @${name}:\n${content}` : `@${name} was not read: ${content}`));
    blocks.push(...rest.filter((block): block is TextBlock => block.type === "text"));
  }
  return blocks;
}

/** The stop of a sentence is no part of a name. */
function withoutStop(name: string): string {
  return name.replace(/(?<![.,;:!?)\]])[.,;:!?)\]]+$/, "");
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false; // not there, or nothing that could be read
  }
}
