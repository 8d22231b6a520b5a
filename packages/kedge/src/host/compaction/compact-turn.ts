import type { Turn } from "../turn-state.ts";
import { compact } from "./compact.ts";
import { contextTokens } from "./gauge.ts";
import { compactionRules } from "./rules-in-force.ts";
import { compactionThreshold } from "./threshold.ts";

/** Automatic compactions that may fail one after the other. */
const MAX_FAILURES = 3;

/** Answers that a compaction has to make room for. One that does not would be followed by the next at once, and so on. */
const MIN_ANSWERS = 3;

/** Compacts the conversation of a turn when its context is nearly full. What does not work out is told, and the turn goes on. */
export async function compactIfFull(turn: Turn): Promise<void> {
  const { core, conversation, progress } = turn;
  const { gauge, messages } = conversation;
  if (progress.compaction !== "open" || gauge.failures >= MAX_FAILURES) return;
  const rules = await compactionRules(core);
  const full = compactionThreshold(progress.model, rules);
  if (!rules.isAutomatic || contextTokens(gauge, messages) < full) return;
  if (gauge.answersSince !== null && gauge.answersSince < MIN_ANSWERS) {
    progress.compaction = "held";
    warn(
      turn,
      "The context is nearly full again right after it was compacted: it is not compacted once more.",
    );
    return;
  }
  await compactOnce(turn);
}

/**
 * Compacts a conversation that the API found too long, once: what is too long right after a compaction is so for another reason.
 *
 * @returns whether the turn is to go on as before its last request
 */
export async function compactAfterFailure(turn: Turn): Promise<boolean> {
  const { core, conversation, options, progress } = turn;
  const { gauge } = conversation;
  const { isAutomatic } = await compactionRules(core);
  const isFresh = gauge.answersSince === 0;
  const isRefused = progress.compaction === "refused";
  if (!isAutomatic || isFresh || isRefused || gauge.failures >= MAX_FAILURES) return false;
  // A turn that is interrupted meanwhile ends as that, before it sends anything, and not for what the API said before.
  return (await compactOnce(turn)) || options.signal.aborted;
}

async function compactOnce(turn: Turn): Promise<boolean> {
  const { core, conversation, options, progress } = turn;
  const { gauge } = conversation;
  const done = await compact(core, conversation, {
    ...{ trigger: "auto", instructions: "", model: progress.model, signal: options.signal },
  });
  switch (done.type) {
    case "compacted":
      return true;
    case "blocked":
      progress.compaction = "refused";
      warn(turn, `A PreCompact hook refused to compact the conversation: ${done.why}`);
      return false;
    case "failed": {
      gauge.failures++;
      const isLast = gauge.failures >= MAX_FAILURES;
      const why = done.failure.message ?? done.failure.kind;
      const end = isLast ? " It is not tried again." : "";
      warn(turn, `The conversation could not be compacted, and stays as it is: ${why}.${end}`);
      return false;
    }
    default: // the next request says why: there is only one prompt, or nothing is sent any more
      return false;
  }
}

function warn({ core }: Turn, text: string): void {
  core.emit({ type: "notice", level: "warning", text });
}
