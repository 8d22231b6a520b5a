/**
 * Expands the rows of `bad-inputs.json`. A row's input is text, base64, or a recipe for text that is too large to write
 * down, that comes in several pieces, or that is delivered several times.
 */
import { readFileSync } from "node:fs";

/** One bad input, and what has to come of it. Fields beside these say how it is delivered. */
export interface BadInput {
  readonly id: string;
  readonly target: string;
  readonly encoding: "utf8" | "base64" | "generator";
  readonly input: string | Recipe;
  readonly expected: string;
  readonly event?: string;
  readonly exit?: number;
  readonly subject?: string | Recipe;
  readonly user_config?: Readonly<Record<string, string>>;
}

/** A text that is long because one piece of it comes again and again. */
export interface RepeatRecipe {
  readonly gen: "repeat";
  readonly prefix: string;
  readonly unit: string;
  readonly count: number;
  readonly suffix: string;
}

export type Recipe =
  | RepeatRecipe
  | {
      readonly gen: "array";
      readonly prefix: string;
      readonly unit: string;
      readonly count: number;
      readonly sep: string;
      readonly suffix: string;
    }
  | {
      readonly gen: "nest";
      readonly open: string;
      readonly close: string;
      readonly depth: number;
      readonly core: string | Recipe;
    }
  | { readonly gen: "steps"; readonly steps: readonly Step[] }
  | { readonly gen: "stream"; readonly unit: string; readonly bytes: number }
  | { readonly gen: "shell"; readonly script: string }
  | {
      readonly gen: "deliver";
      readonly body: string | readonly string[];
      readonly times?: number;
      readonly order?: "shuffle";
    };

/** A piece of output, or a pause between two. */
type Step = { readonly text: string } | { readonly b64: string } | { readonly sleep_ms: number };

/** Characters that stand for a stream that never ends. */
const ENDLESS = 100_000;

/** Characters of a text that is made at all: what is longer is a file, which its check writes. */
const LARGEST = 128 * 1024 * 1024;

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  SINK_PORT: "18123",
  FAKE_GITHUB_TOKEN: "ghp_000000000000000000000000000000000000",
  FAKE_AWS_SECRET: "kEdgeTest/0123456789/abcdefghijKLMNOPQRS",
};

/** All rows of one target, in the order of the file. */
export function readBadInputs(target: string): readonly BadInput[] {
  const rows = JSON.parse(
    readFileSync(new URL("./bad-inputs.json", import.meta.url), "utf8"),
  ) as readonly BadInput[];
  return rows.filter((row) => row.target === target);
}

/** The texts of a row: one, or one for each delivery; none of a row that is too large for one. */
export function textsOf(row: BadInput): readonly string[] {
  const { input, encoding } = row;
  if (typeof input === "string")
    return [fillIn(encoding === "base64" ? decode([Buffer.from(input, "base64")]) : input)];
  if (input.gen === "repeat" && input.unit.length * input.count > LARGEST) return [];
  if (input.gen !== "deliver") return [fillIn(generateText(input))];
  const bodies = typeof input.body === "string" ? [input.body] : input.body;
  const all = Array.from({ length: input.times ?? 1 }, () => bodies).flat();
  return (input.order === "shuffle" ? all.toReversed() : all).map(fillIn);
}

/** The text that a recipe makes. A program has none: what it prints is nobody's to know before. */
export function generateText(recipe: string | Exclude<Recipe, { gen: "deliver" }> | Recipe): string {
  if (typeof recipe === "string") return recipe;
  switch (recipe.gen) {
    case "repeat":
      return recipe.prefix + recipe.unit.repeat(recipe.count) + recipe.suffix;
    case "array": {
      const units = Array.from({ length: recipe.count }, (_, at) => recipe.unit.replaceAll("%d", String(at)));
      return recipe.prefix + units.join(recipe.sep) + recipe.suffix;
    }
    case "nest":
      return recipe.open.repeat(recipe.depth) + generateText(recipe.core) + recipe.close.repeat(recipe.depth);
    case "steps":
      return decode(recipe.steps.map(bytesOf));
    case "stream":
      return recipe.unit.repeat(recipe.bytes < 0 ? ENDLESS : Math.ceil(recipe.bytes / recipe.unit.length));
    case "shell":
      return "";
    default:
      throw new Error(`A recipe "${recipe.gen}" makes no single text`);
  }
}

function bytesOf(step: Step): Buffer {
  if ("text" in step) return Buffer.from(step.text, "utf8");
  return "b64" in step ? Buffer.from(step.b64, "base64") : Buffer.alloc(0);
}

/** Decoded once, after the last piece, as whoever runs a handler does it. */
function decode(pieces: readonly Buffer[]): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.concat(pieces));
}

function fillIn(text: string): string {
  if (!text.includes("{{")) return text;
  return text.replace(/\{\{([A-Z_]+)\}\}/g, (found, name: string) => PLACEHOLDERS[name] ?? found);
}
