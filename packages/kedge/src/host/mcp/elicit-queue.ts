import type { Elicitation } from "./elicit.ts";
import type { ElicitationAnswer } from "./ports.ts";

/** Answers a question of a server. */
export type Answering = (
  server: string,
  asked: Elicitation,
  signal: AbortSignal,
) => Promise<ElicitationAnswer>;

/** Questions that wait for the one before. */
const MAX_WAITING = 8;

/**
 * Takes questions one after the other, so that a person is asked one at a time; a server that asks more than anybody can answer
 * gets no answer. Never rejects: what goes wrong is `cancel`.
 */
export function createElicitQueue(answer: Answering): Answering {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async (server, asked, signal) => {
    if (waiting >= MAX_WAITING) return { action: "cancel" };
    waiting++;
    const own = last.then(() => (signal.aborted ? CANCEL : answer(server, asked, signal)));
    last = own.catch(() => undefined); // whoever asked hears of it
    try {
      return await own;
    } catch {
      return CANCEL; // the session is not there yet, or not any more
    } finally {
      waiting--;
    }
  };
}

const CANCEL: ElicitationAnswer = { action: "cancel" };
