import type { EventDescriptor } from "./descriptor.ts";
import { lastLine, readEffects, readForUser, specificPart } from "./effects.ts";
import { describeEvent, type HookEventName } from "./events/index.ts";
import type { Effects, HandlerEnding, HandlerResult, ReadingOptions, ResultError } from "./handler-result.ts";
import { isJsonObject, type JsonObject, ownValue, readJson } from "./json.ts";
import { readStdout, type StdoutReading } from "./read-stdout.ts";
import { boundText, cleanForModel, cleanText, firstLine } from "./text.ts";

/** In place of a reason that a block did not give. */
const NO_REASON = "Blocked by hook";
const NO_STDERR = "No stderr output";

/**
 * Says what the ending of one handler means for an event. Pure; never throws, whatever the handler printed.
 *
 * Exit 2 blocks where the event can, and nothing on stdout cancels it (D2); JSON on stdout counts with any exit code;
 * a time-out says nothing. Doubt never becomes a permission: an `allow` needs one readable answer, in one piece, for this
 * event, without a key that stands twice.
 *
 * @source Claude Code hooks reference, "Exit code output" and "JSON output"; recorded behaviour of version 2.1.329
 */
export function parseHandlerOutput(
  event: HookEventName,
  ending: HandlerEnding,
  options: ReadingOptions = {},
): HandlerResult {
  return new OutputReader(describeEvent(event), ending, options).read();
}

/** The answer of a handler before it is weighed against its ending. */
type Answer = Pick<HandlerResult, "decision" | "reason" | "reasonFrom">;

/** A result without what every result has; `error` and `stop` may be spelled out as undefined. */
type ResultParts = Answer &
  Partial<Omit<HandlerResult, "error" | "stop">> & {
    readonly error?: ResultError | undefined;
    readonly stop?: HandlerResult["stop"] | undefined;
  };

const NO_ANSWER: Answer = { decision: "none" };

class OutputReader {
  private readonly event: EventDescriptor;
  private readonly ending: HandlerEnding;
  private readonly options: ReadingOptions;
  private readonly cuts: { field: string; whole: string }[] = [];

  constructor(event: EventDescriptor, ending: HandlerEnding, options: ReadingOptions) {
    this.event = event;
    this.ending = ending;
    this.options = options;
  }

  read(): HandlerResult {
    const { ending } = this;
    if (ending.isCancelled)
      return this.unanswered("cancelled", { code: "cancelled", message: "it was cancelled" });
    if (ending.isTimedOut)
      return this.unanswered("timed_out", { code: "time_out", message: "it did not answer in time" });
    if (ending.failure !== undefined)
      return this.unanswered("failed", { code: "start", message: firstLine(ending.failure) });
    if (this.event.dropsOutput) return this.dropped();
    if (this.event.decision === "path") return this.path();
    const reading = readStdout(this.event, ending);
    return reading.kind === "json" ? this.json(reading) : this.withoutJson(reading);
  }

  private get isExit2(): boolean {
    return this.ending.exitCode === 2 && this.event.exit2 === "blocks";
  }

  /** Nothing readable: the exit code speaks, and on exit 0 plain text may be context. */
  private withoutJson(reading: Exclude<StdoutReading, { kind: "json" }>): HandlerResult {
    const error = reading.kind === "error" ? reading.error : undefined;
    // A refusal is not undone by a second sentence for another event (D2).
    const beside = reading.kind === "error" && reading.beside ? this.answer(reading.beside, {}) : NO_ANSWER;
    if (beside.decision === "deny") return this.result({ ...beside, error });
    if (this.isExit2) return this.result({ ...this.stderrReason(), error });
    if (this.ending.exitCode !== 0) return this.unanswered("failed", error ?? this.exitError());
    // `onFailure` covers every failure but broken JSON that a process printed with exit 0 (recorded).
    const isBrokenJson = error?.code === "not_json" && this.ending.type !== "http";
    if (error) return isBrokenJson ? this.result({ ...NO_ANSWER, error }) : this.unanswered("failed", error);
    const isContext = reading.kind === "text" && this.event.plainStdout === "context";
    return this.result({ ...NO_ANSWER, contexts: isContext ? this.contexts(reading.text.trim()) : [] });
  }

  /** A readable JSON object. It counts whatever the exit code. */
  private json(reading: Extract<StdoutReading, { kind: "json" }>): HandlerResult {
    const { value } = reading;
    const specific = specificPart(value);
    const isBackground = ownValue(value, "async") === true;
    let answer = this.answer(value, specific);
    let error: ResultError | undefined;
    if (reading.hasDuplicateKeys && answer.decision === "allow") {
      answer = NO_ANSWER;
      error = { code: "duplicate_key", message: "a permission whose JSON has a key twice does not count" };
    }
    // Going to the background drops everything but a refusal (D2).
    if (isBackground && answer.decision !== "deny") answer = NO_ANSWER;
    if (this.isExit2 && answer.decision !== "deny") answer = this.stderrReason();
    if (this.closesGate(answer)) return this.unanswered("failed", error ?? this.exitError());
    const isSilent = error !== undefined || (isBackground && answer.decision === "none");
    return this.result({
      ...answer,
      error,
      isBackground,
      contexts: isSilent ? [] : this.contexts(ownValue(specific, "additionalContext")),
      stop: isBackground ? undefined : this.stop(value, answer),
      effects: isSilent ? {} : this.effects(value, answer),
    });
  }

  /** With `onFailure: "block"` a non-zero exit blocks even beside an allow (recorded). */
  private closesGate(answer: Answer): boolean {
    // Where exit 2 blocks, the answer is a denial already; elsewhere it is a failure like any other.
    const failed = this.ending.exitCode !== 0;
    return (
      failed && answer.decision !== "deny" && this.options.onFailure === "block" && this.event.obeysOnFailure
    );
  }

  /** The decision that the JSON spells out, in any of the event's spellings; a denial in either of two wins. */
  private answer(value: JsonObject, specific: JsonObject): Answer {
    const { decision } = this.event;
    if (decision === "permission_request") return this.permissionRequest(ownValue(specific, "decision"));
    if (decision === "elicitation") return this.elicitation(value, specific);
    const top = ownValue(value, "decision");
    const blocks = top === "block" && (decision === "top_level" || decision === "permission");
    if (decision !== "permission")
      return blocks ? this.denial("deny", ownValue(value, "reason"), "reason") : NO_ANSWER;
    const permission = ownValue(specific, "permissionDecision");
    if (permission === "deny")
      return this.denial("deny", ownValue(specific, "permissionDecisionReason"), "reason");
    if (blocks) return this.denial("deny", ownValue(value, "reason"), "reason");
    if (permission === "allow" || permission === "ask" || permission === "defer") {
      return this.spoken(permission, ownValue(specific, "permissionDecisionReason"));
    }
    return top === "approve" ? this.spoken("allow", ownValue(value, "reason")) : NO_ANSWER;
  }

  private permissionRequest(decision: unknown): Answer {
    if (!isJsonObject(decision)) return NO_ANSWER;
    if (ownValue(decision, "behavior") === "deny")
      return this.denial("deny", ownValue(decision, "message"), "message");
    return ownValue(decision, "behavior") === "allow" ? { decision: "allow" } : NO_ANSWER;
  }

  private elicitation(value: JsonObject, specific: JsonObject): Answer {
    if (ownValue(value, "decision") === "block")
      return this.denial("deny", ownValue(value, "reason"), "reason");
    const action = ownValue(specific, "action");
    if (action === "decline" || action === "cancel") return { decision: "deny" };
    return action === "accept" ? { decision: "allow" } : NO_ANSWER;
  }

  private denial(decision: "deny", reason: unknown, field: string): Answer {
    if (typeof reason !== "string" || reason === "")
      return { decision, reason: NO_REASON, reasonFrom: "default" };
    return { decision, reason: this.forModel(field, reason), reasonFrom: "json" };
  }

  private spoken(decision: "allow" | "ask" | "defer", reason: unknown): Answer {
    if (typeof reason !== "string" || reason === "") return { decision };
    return { decision, reason: this.forModel("reason", reason), reasonFrom: "json" };
  }

  /** The reason of an exit 2. A block object printed to stderr by mistake gives its own reason (D11). */
  private stderrReason(): Answer {
    const { stderr } = this.ending;
    if (stderr === "") return { decision: "deny", reason: NO_STDERR, reasonFrom: "stderr" };
    const meant = stderr.trimStart().startsWith("{") ? readJson(stderr.trim()) : undefined;
    if (meant?.ok && isJsonObject(meant.value) && ownValue(meant.value, "decision") === "block") {
      const reason = ownValue(meant.value, "reason");
      if (typeof reason === "string" && reason !== "") return this.denial("deny", reason, "reason");
    }
    return { decision: "deny", reason: this.forModel("stderr", stderr), reasonFrom: "stderr" };
  }

  /** `continue: false` where the event knows it. It never undoes an exit 2 (D2), and loses to ask and defer (recorded). */
  private stop(value: JsonObject, answer: Answer): HandlerResult["stop"] {
    if (ownValue(value, "continue") !== false || this.event.stop === "nothing") return undefined;
    if (answer.decision === "ask" || answer.decision === "defer") return undefined;
    if (this.isExit2 && continuesSomething(this.event)) return undefined;
    const reason = ownValue(value, "stopReason");
    return typeof reason === "string" ? { reason: this.forUser("stopReason", reason) } : {};
  }

  private effects(value: JsonObject, answer: Answer): Effects {
    const effects = readEffects(this.event, value, (field, text) => this.forUser(field, text));
    // With exit 2 the original is shown, whatever the JSON says (Claude Code hooks reference, "MessageDisplay").
    if (this.event.decision === "display" && this.ending.exitCode === 2) return {};
    const { updatedInput: _input, updatedPermissions: _permissions, elicitation, ...rest } = effects;
    if (answer.decision === "deny") {
      // A refused call has no new input. With exit 2, or a block, an elicitation is declined whatever the JSON says.
      const isOwnAnswer = elicitation !== undefined && elicitation.action !== "accept" && !this.isExit2;
      if (this.event.decision !== "elicitation") return rest;
      return { ...rest, elicitation: isOwnAnswer ? elicitation : { action: "decline" } };
    }
    return answer.decision === "defer" ? rest : effects;
  }

  private contexts(text: unknown): readonly string[] {
    if (this.event.context === null || typeof text !== "string" || text === "") return [];
    return [this.forModel("additionalContext", text)];
  }

  /** Events whose output decides nothing: side effects count, the exit code does not. */
  private dropped(): HandlerResult {
    const json =
      this.ending.stdout.trimStart().startsWith("{") && !this.ending.isStdoutCut
        ? readJson(this.ending.stdout.trim())
        : undefined;
    const effects =
      json?.ok && isJsonObject(json.value)
        ? readForUser(json.value, (field, text) => this.forUser(field, text))
        : {};
    const error = this.ending.exitCode === 0 ? undefined : this.exitError();
    return this.result({ ...NO_ANSWER, effects, error });
  }

  /** WorktreeCreate: stdout is a path, and every failure fails the creation. */
  private path(): HandlerResult {
    if (this.ending.exitCode !== 0) {
      const answer = this.ending.stderr === "" ? this.denial("deny", "", "reason") : this.stderrReason();
      return this.result({ ...answer, error: this.exitError() });
    }
    const path = this.ending.type === "http" ? this.pathInBody() : lastLine(this.ending.stdout);
    if (path === undefined || path === "") {
      return this.result({ decision: "deny", reason: "the handler gave no path", reasonFrom: "default" });
    }
    return this.result({ ...NO_ANSWER, effects: { worktreePath: path } });
  }

  private pathInBody(): string | undefined {
    const reading = readStdout(this.event, this.ending);
    const path = reading.kind === "json" ? ownValue(specificPart(reading.value), "worktreePath") : undefined;
    return typeof path === "string" ? cleanText(path) : undefined;
  }

  /** No usable answer. With `onFailure: "block"`, where the event obeys it, that closes the gate. */
  private unanswered(status: HandlerResult["status"], error: ResultError): HandlerResult {
    if (status !== "cancelled" && this.options.onFailure === "block" && this.event.obeysOnFailure) {
      const what = status === "timed_out" ? "timed out" : "failed";
      const detail = this.ending.stderr === "" ? error.message : this.ending.stderr;
      const reason = this.forModel("reason", `${what}; blocking because onFailure is "block"\n${detail}`);
      return this.result({ decision: "deny", reason, reasonFrom: "default", error });
    }
    // A worktree that nobody made is not there, whatever went wrong.
    if (this.event.exit2 === "any_failure")
      return this.result({ ...this.denial("deny", error.message, "reason"), error });
    return { ...this.result({ ...NO_ANSWER, error }), status };
  }

  private exitError(): ResultError {
    const { exitCode, signal, stderr } = this.ending;
    const said = firstLine(stderr);
    const tail = said === "" ? "" : `: ${said}`;
    if (exitCode === null) return { code: "signal", message: `killed by ${signal ?? "a signal"}${tail}` };
    return { code: "exit_code", message: `exit code ${exitCode}${tail}` };
  }

  private result(parts: ResultParts): HandlerResult {
    const { error, stop, ...rest } = parts;
    const status = parts.decision === "deny" ? "blocked" : error ? "failed" : "ok";
    return {
      status,
      contexts: [],
      effects: {},
      isBackground: false,
      cuts: this.cuts,
      ...rest,
      ...(error ? { error } : {}),
      ...(stop ? { stop } : {}),
    };
  }

  private forModel(field: string, text: string): string {
    return this.bounded(field, cleanForModel(text));
  }

  private forUser(field: string, text: string): string {
    return this.bounded(field, cleanText(text));
  }

  private bounded(field: string, text: string): string {
    const safe = boundText(text);
    if (safe.cutFrom !== undefined) this.cuts.push({ field, whole: text });
    return safe.text;
  }
}

/** Events at which a block makes something go on, so that blocking and stopping contradict each other. */
function continuesSomething(event: EventDescriptor): boolean {
  return event.block.startsWith("continues_");
}
