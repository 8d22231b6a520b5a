import type { PolicySource } from "./policy-file.ts";
import { CAUSES, describeCause, isRuledCause, type KnownCause, neverWords } from "./policy-room.ts";
import { actionOf } from "./policy-words.ts";

/** Where a value comes from. */
export interface Origin {
  /** `bound`: the file asks for more than the cause allows. */
  readonly from: "default" | "file" | "bound";
  /** In the file. */
  readonly line?: number;
}

/** Where the value at a path comes from. */
export function originOf({ origins, lineOf }: PolicySource, path: string): Origin {
  const keys = origins.get(path);
  if (keys === undefined) return { from: "default" };
  if (keys === "bound") return { from: "bound" };
  const line = lineOf(keys);
  return { from: "file", ...(line !== undefined && { line }) };
}

/** `default`, `line 12`, or that the file asks for more. */
export function originWords(source: PolicySource, path: string): string {
  const { from, line } = originOf(source, path);
  if (from !== "file") return from;
  return line === undefined ? "file" : `line ${line}`;
}

/** The policy as data: every value, and the origin of each that is not a default. */
export function policyJson(source: PolicySource, one: KnownCause | undefined): object {
  const { policy, name } = source;
  const { causes: _, ...general } = policy;
  const causes = (one === undefined ? CAUSES : [one]).map((cause) => causeJson(source, cause));
  return { file: name, ...(one === undefined && { ...general, origins: generalOrigins(source) }), causes };
}

function generalOrigins(source: PolicySource): Readonly<Record<string, Origin>> {
  const paths = [...source.origins.keys()].filter((path) => !path.startsWith("causes."));
  return Object.fromEntries(paths.map((path) => [path, originOf(source, path)]));
}

const FIELDS = ["action", "attempts", "backoff", "otherwise", "nudge"] as const;

function causeJson(source: PolicySource, cause: KnownCause): object {
  const { meaning, scope } = describeCause(cause);
  const head = { cause, meaning, scope, action: actionOf(source.policy, cause), never: neverWords(cause) };
  if (!isRuledCause(cause)) return head;
  const { attempts, backoff, otherwise, nudge } = source.policy.causes[cause];
  const origins = Object.fromEntries(
    FIELDS.map((field) => [field, originOf(source, `causes.${cause}.${field}`)]),
  );
  return { ...head, attempts, backoff, otherwise, ...(nudge !== undefined && { nudge }), origins };
}
