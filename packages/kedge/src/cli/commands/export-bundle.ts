import { arch, platform, release } from "node:os";
import type { Redactor } from "../../redact/index.ts";
import type { Context } from "../context.ts";
import { version } from "../version.ts";
import { explainJson, witnessJson } from "./explain-json.ts";
import { timeJson } from "./failure-json.ts";
import { type ShownFailure, type ShownWitness, showValue } from "./failure-shown.ts";

/** What is known of one failure, fit to be given to somebody else. */
export interface Bundle {
  readonly format: "kedge-failure";
  readonly formatVersion: 1;
  readonly exportedAt: unknown;
  readonly versions: Readonly<Record<string, string>>;
  /** Names of variables that change how agents and Kedge work; never a value. */
  readonly environment: readonly string[];
  readonly failure: Readonly<Record<string, unknown>>;
  readonly witnesses: readonly Readonly<Record<string, unknown>>[];
  /** Secrets that were replaced, by kind. */
  readonly redactions: Readonly<Record<string, number>>;
}

/** What a bundle is made of. */
export interface BundleParts {
  readonly witnesses: readonly ShownWitness[];
  readonly context: Context;
  readonly redactor: Redactor;
  /** Epoch ms. */
  readonly nowMs: number;
}

/** Variables that change how an agent, its connection or Kedge works. */
const RELEVANT =
  /^(?:ANTHROPIC_|CLAUDE|KEDGE_|AWS_(?:REGION|PROFILE)|GOOGLE_CLOUD|CLOUD_ML|VERTEX|OTEL_|NODE_|API_TIMEOUT|CI$|TZ$|TERM$|LANG$|LC_|(?:HTTPS?|ALL|NO)_PROXY$|SSL_CERT|MAX_THINKING|DISABLE_)/i;

/** Makes the bundle: without folders, without values of the environment, and redacted once more as a whole. */
export function makeBundle(
  failure: ShownFailure,
  { witnesses, context, redactor, nowMs }: BundleParts,
): Bundle {
  const { projectDir: _projectDir, evidence: _evidence, ...own } = explainJson(failure, []);
  const names = Object.keys(context.env).filter((name) => RELEVANT.test(name) && /^\w{1,64}$/.test(name));
  const places = [
    [failure.row.project_dir, "<project>"],
    [context.homeDir, "~"],
  ] as const;
  const content = showValue(
    hidePlaces(
      {
        failure: own,
        witnesses: witnesses.map((each) => ({ ...witnessJson(each), session: sessionOf(each) })),
      },
      places,
    ),
    redactor,
  );
  const whole = {
    format: "kedge-failure",
    formatVersion: 1,
    exportedAt: timeJson("at", nowMs).at,
    versions: {
      kedge: version,
      node: process.version,
      platform: platform(),
      release: release(),
      arch: arch(),
    },
    environment: showValue(names.sort(), redactor),
    ...content,
  } as const;
  return { ...whole, redactions: countRedactions(JSON.stringify(content)) };
}

/** Of a session what tells how it ran; where it ran is nobody's business. */
function sessionOf({ session }: ShownWitness): object {
  const { projectDir: _projectDir, transcriptPath: _transcriptPath, ...rest } = session;
  return rest;
}

type Place = readonly [path: string, name: string];

/** Folders in texts go: they name people and customers. */
function hidePlaces<Value>(value: Value, places: readonly Place[]): Value {
  if (typeof value === "string") {
    const usable = places.filter(([path]) => path.length > 2);
    return usable.reduce((text: string, [path, name]) => text.replaceAll(path, name), value) as Value;
  }
  if (Array.isArray(value)) return value.map((item) => hidePlaces(item, places)) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, hidePlaces(item, places)]),
  ) as Value;
}

/** Counts replacements by what they stood for; most of them were made when the failure was stored. */
function countRedactions(json: string): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const [, kind = ""] of json.matchAll(/\[redacted: ([\w.-]{1,64})\]/g))
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
