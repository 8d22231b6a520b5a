import { createInterface } from "node:readline";
import type { Session } from "../host/index.ts";
import { isJsonObject, type JsonObject } from "../protocol/index.ts";

/** What a line of `--input-format stream-json` wants. */
type Wish =
  | { readonly type: "prompt"; readonly text: string }
  | { readonly type: "control"; readonly subtype: string; readonly id: string | null }
  /** An answer or a sign of life of the other side: nothing is to be done. */
  | { readonly type: "nothing" }
  | { readonly type: "unreadable"; readonly why: string };

/** Whom the lines tell. */
export interface LineTellers {
  /** Says that a line was left out. */
  warn(text: string): void;
  /** Answers a control request. */
  answer(line: JsonObject): void;
}

/** Prompts as they come, one JSON object a line. */
export interface LineInput {
  /** Resolves when the input has ended and every prompt of it is answered. @throws what sending a prompt throws */
  readonly done: Promise<void>;
  /** Reads no further line. */
  stop(): void;
}

/** Takes prompts and control requests from standard input until it ends. Prompts that come while one runs wait for their turn. */
export function takeLines(session: Pick<Session, "send" | "interrupt">, tell: LineTellers): LineInput {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  const stop = (): void => {
    lines.close();
    process.stdin.destroy(); // an open pipe would keep the process alive
  };
  let failure: { readonly error: unknown } | null = null;
  const send = async (text: string): Promise<void> => {
    try {
      await session.send(text);
    } catch (error) {
      failure ??= { error };
      stop();
    }
  };
  const run = async (): Promise<void> => {
    const turns: Promise<void>[] = [];
    let number = 0;
    for await (const line of lines) {
      number++;
      const wish = readLine(line);
      if (wish.type === "prompt") turns.push(send(wish.text));
      else if (wish.type === "control") control(wish, session, tell);
      else if (wish.type === "unreadable")
        tell.warn(`line ${number} of the input was left out: ${wish.why}.`);
    }
    await Promise.all(turns);
    if (failure) throw failure.error;
  };
  return { done: run(), stop };
}

function control(
  { subtype, id }: Extract<Wish, { type: "control" }>,
  session: Pick<Session, "interrupt">,
  { answer, warn }: LineTellers,
): void {
  const isKnown = subtype === "interrupt";
  const error = `expected the control request interrupt, got ${JSON.stringify(subtype)}`;
  if (isKnown) session.interrupt();
  else if (id === null) warn(`a control request was left out: ${error}.`);
  if (id === null) return;
  const response = isKnown
    ? { subtype: "success", request_id: id, response: {} }
    : { subtype: "error", request_id: id, error };
  answer({ type: "control_response", response });
}

const EXAMPLE = '{"type":"user","message":{"role":"user","content":"…"}}';

function readLine(line: string): Wish {
  if (line.trim() === "") return { type: "nothing" };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { type: "unreadable", why: `expected JSON such as ${EXAMPLE}` };
  }
  if (!isJsonObject(value)) return { type: "unreadable", why: `expected an object such as ${EXAMPLE}` };
  switch (value.type) {
    case "user":
      return readPromptLine(value);
    case "control_request":
      return readControl(value);
    case "control_response":
    case "keep_alive":
      return { type: "nothing" };
    default:
      return {
        type: "unreadable",
        why: `expected "type" to be "user" or "control_request", got ${JSON.stringify(value.type)?.slice(0, 60)}`,
      };
  }
}

function readControl({ request, request_id: id }: JsonObject): Wish {
  if (!isJsonObject(request) || typeof request.subtype !== "string")
    return { type: "unreadable", why: 'expected a control request such as {"subtype":"interrupt"}' };
  return { type: "control", subtype: request.subtype, id: typeof id === "string" ? id : null };
}

/** Text, or blocks of text. A prompt of which a part is something else is not sent without that part. */
function readPromptLine({ message }: JsonObject): Wish {
  const content = isJsonObject(message) ? message.content : undefined;
  const blocks: readonly unknown[] =
    typeof content === "string" ? [{ type: "text", text: content }] : Array.isArray(content) ? content : [];
  const texts = blocks.flatMap((block) =>
    isJsonObject(block) && block.type === "text" && typeof block.text === "string" ? [block.text] : [],
  );
  if (texts.length < blocks.length) return { type: "unreadable", why: "only blocks of text are taken" };
  const text = texts.join("\n");
  return text.trim() === ""
    ? { type: "unreadable", why: `expected a prompt such as ${EXAMPLE}` }
    : { type: "prompt", text };
}
