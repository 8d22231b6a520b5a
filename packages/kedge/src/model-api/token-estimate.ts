import { isJsonObject, type JsonObject } from "../protocol/index.ts";

/** Characters that make a token, roughly. */
const CHARACTERS_PER_TOKEN = 4;

/** Estimates the tokens of that many characters of text. */
export function tokensOf(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

/** Estimates the input tokens of a request: all text in `system`, `messages` and `tools`. */
export function estimateInputTokens(body: JsonObject): number {
  return tokensOf(charactersOf(body.system) + charactersOf(body.messages) + charactersOf(body.tools));
}

/** Characters of all texts in a value, keys included where they are the model's to read; files are not text. */
function charactersOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + charactersOf(each), 0);
  if (!isJsonObject(value) || value.type === "base64") return 0;
  let sum = 0;
  for (const [key, each] of Object.entries(value)) {
    if (key === "input" || key === "input_schema") sum += JSON.stringify(each)?.length ?? 0;
    else if (!["type", "role", "id", "tool_use_id", "signature"].includes(key)) sum += charactersOf(each);
  }
  return sum;
}
