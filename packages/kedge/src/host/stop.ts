import type { Dispatch } from "../engine/index.ts";
import { firstLine } from "../protocol/index.ts";
import { type Conversation, say } from "./conversation.ts";
import { type Core, fire } from "./core.ts";
import { feedbackBlocks, reminder } from "./hook-texts.ts";
import type { StopGuard } from "./stop-guard.ts";

/** What Stop handlers want. */
export type StopAnswer =
  | { readonly type: "goes_on" }
  | { readonly type: "ends" }
  /** `continue: false`: the turn ends whatever others say. */
  | { readonly type: "ended_by_hook"; readonly notice: string }
  /** Handlers want to go on, and have had their share (D15). */
  | { readonly type: "ended_by_guard"; readonly notice: string };

/**
 * Asks the handlers of Stop, or of SubagentStop, whether the turn may end. Feedback of theirs is put into the conversation.
 *
 * @param lastText the final text of the model
 */
export async function askStopHandlers(
  core: Core,
  conversation: Conversation,
  about: { readonly lastText: string; readonly guard: StopGuard; readonly signal: AbortSignal },
): Promise<StopAnswer> {
  const { guard, lastText, signal } = about;
  const { agent } = conversation;
  const event = agent ? "SubagentStop" : "Stop";
  const dispatch = await fire(
    core,
    event,
    {
      stop_hook_active: guard.isActive,
      ...(agent ? { agent_transcript_path: conversation.transcript.path } : {}),
      last_assistant_message: lastText,
      background_tasks: core.shells.running.map(({ id, command }) => ({
        ...{ id, type: "shell", status: "running", command: command.slice(0, 1_000) },
      })),
      session_crons: [],
    },
    { conversation, signal, awaitsRewakes: core.isOneShot },
  );
  const { decision } = dispatch;
  if (decision.stop) {
    const notice = `A ${event} hook ended the turn: ${decision.stop.reason ?? "it gave no reason"}`;
    // The model learns of it with the next prompt: without that, it would take its half work for done.
    if (!agent) core.state.pending.push(reminder(notice));
    return { type: "ended_by_hook", notice };
  }
  if (decision.effect !== "continues_turn" && decision.effect !== "continues_subagent")
    return { type: "ends" };
  if (guard.continuations >= core.maxStopContinuations) return byGuard(core, event, dispatch);
  guard.continuations++;
  guard.isActive = true;
  await say(conversation, feedbackBlocks(event, decision));
  return { type: "goes_on" };
}

function byGuard(core: Core, event: string, { decision, trace }: Dispatch): StopAnswer {
  const most = core.maxStopContinuations;
  const texts = [...decision.reasons, ...decision.contexts];
  const names = [...new Set(texts.map(({ by }) => nameOf(trace.runs[by])))].join(", ");
  const said = texts[0] ? ` It said: ${firstLine(texts[0].text)}` : "";
  const times = `${most + 1} times in one task, and ${most} are the most`;
  const notice = `${event} hook ${names} kept the turn from ending ${times}: the turn ends here, with the last answer.${said}`;
  core.emit({ type: "notice", level: "warning", text: notice });
  return { type: "ended_by_guard", notice };
}

function nameOf(run: Dispatch["trace"]["runs"][number] | undefined): string {
  return run ? `${run.what} (${run.source})` : "(unknown)";
}
