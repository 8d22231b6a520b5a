import type { Condition } from "./route-schema.ts";

/** What conditions look at. */
export interface RequestFacts {
  readonly prompt: string;
  readonly last: string;
  readonly model: string;
  readonly key: string;
  readonly isStream: boolean;
  readonly toolCount: number;
  /** By lower-case name, without credentials. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Says whether a request is meant. */
export type FitsRequest = (facts: RequestFacts) => boolean;

/** Compiles a condition; none fits every request. */
export function compileCondition(condition: Condition = {}): FitsRequest {
  const model = condition.model === undefined ? undefined : compileGlob(condition.model);
  const headers = Object.entries(condition.headers ?? {}).map(
    ([name, glob]) => [name, compileGlob(glob)] as const,
  );
  const { prompt = "", last = "", key, stream, tools_at_least: least = 0 } = condition;
  const most = condition.tools_at_most ?? Number.POSITIVE_INFINITY;
  return (facts) =>
    facts.prompt.includes(prompt) &&
    facts.last.includes(last) &&
    (model === undefined || model(facts.model)) &&
    (key === undefined || facts.key === key) &&
    (stream === undefined || facts.isStream === stream) &&
    facts.toolCount >= least &&
    facts.toolCount <= most &&
    headers.every(([name, fits]) => Object.hasOwn(facts.headers, name) && fits(facts.headers[name] ?? ""));
}

/** Compiles a text in which `*` stands for any characters. It looks at each part once, so no text makes it slow. */
function compileGlob(glob: string): (text: string) => boolean {
  const [first = "", ...rest] = glob.split("*");
  const end = rest.pop();
  if (end === undefined) return (text) => text === first;
  return (text) => {
    if (text.length < first.length + end.length || !text.startsWith(first) || !text.endsWith(end))
      return false;
    const middle = text.slice(first.length, text.length - end.length);
    let from = 0;
    for (const part of rest) {
      const at = middle.indexOf(part, from);
      if (at === -1) return false;
      from = at + part.length;
    }
    return true;
  };
}
