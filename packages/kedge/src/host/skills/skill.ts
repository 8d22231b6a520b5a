import type { DefinitionFile } from "../../engine/index.ts";
import { flagIn, hintIn, namesIn, textIn } from "./field-values.ts";

/** A skill, or a command: a text for the model, with what comes with it. */
export interface Skill {
  /** What is typed behind the slash, and what the model calls it. */
  readonly name: string;
  readonly kind: "skill" | "command";
  /** What it does and when to use it; the model reads this. */
  readonly description: string;
  readonly argumentHint?: string;
  /** The model may load it by itself. */
  readonly isForModel: boolean;
  /** A person may type it. */
  readonly isForUser: boolean;
  /** Permission rules that hold until the turn ends. */
  readonly allowedTools: readonly string[];
  /** Answers until the turn ends. */
  readonly model?: string;
  /** Kind of the subagent that works on it; missing: the conversation that loads it does. */
  readonly forkAgent?: string;
  readonly body: string;
  readonly file: DefinitionFile;
}

/** Characters of a description. */
const MAX_DESCRIPTION = 1_000;

/** Reads the facts of a file; null for an agent. @source Claude Code skills reference, "Frontmatter reference" */
export function toSkill(file: DefinitionFile): Skill | null {
  const { kind, values, body } = file;
  if (kind === "agent") return null;
  const described = textIn(values, "description");
  const whenToUse = textIn(values, "when_to_use");
  const description = [described ?? firstParagraph(body), whenToUse ?? ""]
    .filter((text) => text !== "")
    .join(" ");
  const argumentHint = hintIn(values, "argument-hint");
  const model = textIn(values, "model");
  const forks = values.context === "fork";
  return {
    ...{ name: file.name, kind, body, file },
    description: description.slice(0, MAX_DESCRIPTION).toWellFormed(),
    ...(argumentHint === undefined ? {} : { argumentHint }),
    // A command without a description says nothing by which a model could choose it.
    isForModel:
      flagIn(values, "disable-model-invocation") !== true && (kind === "skill" || described !== undefined),
    isForUser: flagIn(values, "user-invocable") !== false,
    allowedTools: namesIn(values, "allowed-tools") ?? [],
    ...(model === undefined || model === "inherit" ? {} : { model }),
    ...(forks ? { forkAgent: textIn(values, "agent") ?? "general-purpose" } : {}),
  };
}

function firstParagraph(body: string): string {
  const lines = body.slice(0, 4 * MAX_DESCRIPTION).split(/\r?\n/);
  const first = lines.findIndex((line) => line.trim() !== "");
  const rest = first < 0 ? [] : lines.slice(first);
  const end = rest.findIndex((line) => line.trim() === "");
  return rest
    .slice(0, end < 0 ? undefined : end)
    .join(" ")
    .replace(/^#+\s*/, "")
    .trim();
}
