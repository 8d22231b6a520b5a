import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startModelApi } from "../../model-api/index.ts";
import {
  causeWords,
  describeBatch,
  describeCause,
  durationWords,
  type ItemOutcome,
  isKnownCause,
  summarise,
  type Verdict,
} from "../../recovery/index.ts";
import { loadBatch } from "../batch-file.ts";
import { EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import {
  DEMO_BATCH,
  DEMO_EXPECTED,
  DEMO_KEYS,
  DEMO_LOGIN,
  DEMO_POLICY,
  DEMO_SCENARIO,
} from "../demo/scenario.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { layOut, type Row } from "../terminal.ts";
import { carryOutBatch } from "../work/carry-out-batch.ts";
import { ACTION_WORDS } from "../work/job-words.ts";
import { openWork, type WorkRoom } from "../work/open-work.ts";
import { outcomeTable } from "../work/outcome-table.ts";
import { loadPolicy } from "./policy-file.ts";

/** What `kedge demo` was asked for. */
export interface DemoOptions {
  readonly keep?: boolean;
}

/**
 * `kedge demo`: eight real sessions of Kedge's own agent against a model API on this machine that fails on purpose, with everything that it
 * takes in a folder of its own.
 *
 * @returns 0 when each session met what it was to meet, and came through as it was to
 */
export async function showDemo(
  options: DemoOptions,
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  const { terminal } = context;
  const dir = await mkdtemp(join(tmpdir(), "kedge-demo-"));
  await using api = await startModelApi(DEMO_SCENARIO);
  await writeDemo(dir);
  const place = {
    context: { ...context, cwd: dir, homeDir: dir, env: demoEnvironment(context.env, dir, api.url) },
    moment,
  };
  try {
    for (const line of INTRODUCTION) terminal.err(line);
    const found = await loadPolicy(undefined, place.context);
    const { policy } = found;
    const source = await loadBatch("batch.yaml", place.context, { accounts: Object.keys(policy.accounts) });
    await using room = await openWork(place.context, moment, policy);
    const carried = await carryOutBatch(
      {
        ...{ source, policy, policyPath: join(dir, "kedge.yaml"), concurrency: source.batch.concurrency },
        ...{ again: false, waits: true, json: false },
      },
      room,
      place,
    );
    const { outcomes, isStopped } = carried;
    if (isStopped) return EXIT.interrupted;
    terminal.out(`\n${outcomeTable(outcomes, terminal, moment)}`);
    terminal.out(`\n${terminal.style.strong("What went wrong, and what was done")}`);
    terminal.out(await failureTable(outcomes, room, context));
    const summary = summarise(outcomes);
    const took = summary.durationMs === null ? "" : ` in ${durationWords(summary.durationMs)}`;
    terminal.out(`\n${describeBatch(summary)}${took}, with ${api.requestCount} requests.`);
    const surprises = findSurprises(outcomes);
    for (const line of endWords(surprises, options.keep === true ? dir : null)) terminal.out(line);
    return surprises.length === 0 ? EXIT.ok : EXIT.findings;
  } finally {
    if (options.keep !== true) await rm(dir, { recursive: true, force: true });
  }
}

const INTRODUCTION = [
  "Eight sessions of Kedge's own agent, four at a time, on two accounts. The model API runs on this machine and fails on",
  "purpose: a rate limit with a reset, an overload, a dropped stream, a cut answer and a session with a broken history on",
  "one account, and a login that has expired on the other.",
  "",
];

async function writeDemo(dir: string): Promise<void> {
  await writeFile(join(dir, "batch.yaml"), DEMO_BATCH);
  await writeFile(join(dir, "kedge.yaml"), DEMO_POLICY);
  await writeFile(join(dir, "README.md"), "# A small project\n\nTODO: say what it does.\n");
}

/** Nothing of the user's own accounts, settings and state. */
function demoEnvironment(env: Context["env"], dir: string, url: string): Context["env"] {
  const kept = Object.entries(env).filter(([name]) => !/^(?:ANTHROPIC|CLAUDE|KEDGE|XDG)_/.test(name));
  return {
    ...Object.fromEntries(kept),
    ...DEMO_KEYS,
    ...{ HOME: dir, KEDGE_STATE_DIR: join(dir, "state"), ANTHROPIC_BASE_URL: url },
    // Retrying is what is shown here, so the agent leaves it to Kedge.
    CLAUDE_CODE_MAX_RETRIES: "0",
  };
}

/** Each failure with its verdict, and what was done about it. */
async function failureTable(
  outcomes: readonly ItemOutcome[],
  { ledger }: WorkRoom,
  { terminal }: Context,
): Promise<string> {
  const rows: Row[] = [];
  for (const { key, failures } of outcomes)
    for (const { id, cause, action } of failures) {
      const found = await ledger.failure(id);
      const verdict = found === null ? null : (JSON.parse(found.failure.verdict) as Verdict);
      const status = verdict?.status === undefined ? "" : ` (status ${verdict.status})`;
      const meaning = isKnownCause(cause) ? describeCause(cause).meaning : "";
      rows.push([
        key,
        `${causeWords(cause)}${status}`,
        action === null ? "" : (ACTION_WORDS[action] ?? action),
        meaning,
      ]);
    }
  return layOut(rows, { width: terminal.width });
}

/** What went otherwise than the scenario has it. */
function findSurprises(outcomes: readonly ItemOutcome[]): readonly string[] {
  const found: string[] = [];
  for (const [key, { state, causes }] of Object.entries(DEMO_EXPECTED)) {
    const item = outcomes.find((each) => each.key === key);
    const met = item?.failures.map(({ cause }) => cause) ?? [];
    if (item?.state !== state || met.join() !== causes.join())
      found.push(
        `${key}: expected ${state} after ${causes.join(", ") || "no failure"}, got ${item?.state} after ${met.join(", ") || "no failure"}`,
      );
  }
  const logins = outcomes.filter(({ key }) => DEMO_LOGIN.items.some((own) => own === key));
  const tries = logins.flatMap(({ failures }) => failures.map(({ cause }) => cause));
  const isStopped = logins.every(({ needsPerson }) => needsPerson);
  if (
    !isStopped ||
    !DEMO_LOGIN.tries.some((count) => count === tries.length) ||
    tries.some((cause) => cause !== DEMO_LOGIN.cause)
  )
    found.push(
      `expected ${DEMO_LOGIN.tries.join(" or ")} tries of the expired login, and then none, got ${tries.join(", ") || "none"}`,
    );
  return found;
}

function endWords(surprises: readonly string[], dir: string | null): readonly string[] {
  const went =
    surprises.length === 0
      ? "All went as scripted: five came through by themselves, the broken session stopped alone, and the expired login was\ntried once more by a new process and then left alone until a person sees to it."
      : `Not all went as scripted:\n${surprises.map((each) => `  ${each}`).join("\n")}`;
  const look =
    dir === null
      ? []
      : [
          "",
          `It is all in ${dir}. To look around:`,
          `  export KEDGE_STATE_DIR=${join(dir, "state")}`,
          "  kedge status; kedge failures; kedge explain <id>; kedge stats",
        ];
  return [went, ...look, "", ...NEXT];
}

const NEXT = [
  "What to try next:",
  '  kedge run -- claude -p "Fix the failing tests"    one session of your own agent, to its true end',
  "  kedge batch batch.yaml                           many of them; the same command goes on after a crash",
  "  kedge policy show                                what is done about each kind of failure, and what never is",
  "  kedge install claude-code                        record failures of sessions that Kedge did not start",
  "  kedge demo --keep                                this again, with everything kept to look at",
];
