/**
 * The protocol's own cost, each figure beside a floor in the same run:
 * - compiling 10,000 configured handlers and selecting among them, beside comparing as many strings
 * - reading and merging 16 answers, beside `JSON.parse` of the same texts
 * - importing `kedge/protocol`, beside a Node that does nothing
 *
 * Measured is the build under packages/kedge/dist, which is what people get.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Protocol from "../../packages/kedge/src/protocol/index.ts";
import { interleave, table, writeResults } from "../support.ts";

const built = join(import.meta.dirname, "../../packages/kedge/dist/protocol/index.js");
if (!existsSync(built)) {
  console.error("Expected a build, found none. Run `npm run build` first.");
  process.exit(1);
}
const { compileHandlers, mergeResults, parseHandlerOutput } = (await import(
  pathToFileURL(built).href
)) as typeof Protocol;

const HANDLERS = 10_000;
const ANSWERS = 16;

const compiling = await benchSelection({ isCompiling: true });
const selecting = await benchSelection({ isCompiling: false });
const answering = await benchAnswers();
const importing = await interleave({
  a: () => startNode(`import(${JSON.stringify(pathToFileURL(built).href)})`),
  b: () => startNode("0"),
  rounds: 60,
});

const rows = [
  row("compile 10,000 handlers and select", compiling, "10,000 string comparisons", 1, "ms"),
  row("select among 10,000 handlers", selecting, "10,000 string comparisons", 1, "ms"),
  row("read and merge 16 answers", answering, "JSON.parse of the same 16", 0.05, "ms"),
  row("import kedge/protocol", importing, "node -e 0", 1.5, "×"),
];
console.log(
  table(
    ["what", "p50", "floor", "ratio", "must", "met"],
    rows.map((each) => [each.what, each.p50, each.floor, each.ratio, each.must, each.isMet ? "yes" : "NO"]),
  ),
);
console.log(`\nwrote ${writeResults("protocol", rows)}`);

type Comparison = Awaited<ReturnType<typeof interleave>>;

interface BenchRow {
  readonly what: string;
  readonly p50: string;
  readonly floor: string;
  readonly ratio: string;
  readonly must: string;
  readonly isMet: boolean;
}

function row(
  what: string,
  { a, b, ratio }: Comparison,
  floor: string,
  limit: number,
  unit: "ms" | "×",
): BenchRow {
  // The helper's ratio is floor over ours; read the other way round it is what ours costs.
  const cost = 1 / ratio;
  return {
    what,
    p50: `${a.p50Ms.toPrecision(3)} ms`,
    floor: `${floor}: ${b.p50Ms.toPrecision(3)} ms`,
    ratio: `${cost.toPrecision(3)} ×`,
    must: `≤ ${limit} ${unit}`,
    isMet: (unit === "ms" ? a.p50Ms : cost) <= limit,
  };
}

/** 200 matchers, a fifth of them regular expressions, over 10,000 different handlers; 50 of them match. */
function makeEntries(): Protocol.HookEntry[] {
  return Array.from({ length: HANDLERS }, (_, at) => {
    const group = at % 200;
    const matcher =
      group === 0 ? "Bash" : group % 5 === 0 ? `^Tool${group}(Edit|Write)$` : `Tool${group}|Other${group}`;
    return {
      event: "PreToolUse",
      matcher,
      file: "settings.json",
      path: `hooks.PreToolUse[${at}].hooks[0]`,
      handler: {
        type: "command",
        command: `./hook-${at}.sh`,
        onFailure: "continue",
        isOnce: false,
        background: "no",
      },
    };
  });
}

async function benchSelection({ isCompiling }: { isCompiling: boolean }): Promise<Comparison> {
  const entries = makeEntries();
  const ready = await compileHandlers(entries);
  let asked = 0;
  const a = async (): Promise<number> => {
    const index = isCompiling ? await compileHandlers(entries) : ready;
    // A new name each time: what was found for an earlier one does not help.
    const input = { tool_name: isCompiling ? "Bash" : asked++ % 2 === 0 ? "Bash" : `Unseen${asked}` };
    return index.select({ event: "PreToolUse", input, projectDir: "/p", homeDir: "/h" }).entries.length;
  };
  const b = (): number => entries.filter(({ matcher }) => matcher === "Bash").length;
  if ((await a()) !== b()) throw new Error("both must find the same handlers");
  return interleave({ a, b, rounds: 300 });
}

async function benchAnswers(): Promise<Comparison> {
  const texts = Array.from({ length: ANSWERS }, (_, at) =>
    JSON.stringify({
      systemMessage: `message ${at}`,
      hookSpecificOutput: {
        hookEventName: "PreToolUse",
        permissionDecision: at === 9 ? "deny" : "allow",
        permissionDecisionReason: `reason ${at}`,
        additionalContext: "Some words for the model that are as long as such words usually are.",
      },
    }),
  );
  const repeats = 100;
  const a = (): void => {
    for (let round = 0; round < repeats; round++) {
      const results = texts.map((stdout) =>
        parseHandlerOutput("PreToolUse", { exitCode: 0, stdout, stderr: "" }),
      );
      if (mergeResults("PreToolUse", results).decidedBy !== 9) throw new Error("the denial must win");
    }
  };
  const b = (): void => {
    for (let round = 0; round < repeats; round++) for (const text of texts) JSON.parse(text);
  };
  const { a: ours, b: floor, ...rest } = await interleave({ a, b, rounds: 300 });
  const per = (timing: typeof ours): typeof ours => ({
    p50Ms: timing.p50Ms / repeats,
    p95Ms: timing.p95Ms / repeats,
  });
  return { ...rest, a: per(ours), b: per(floor) };
}

function startNode(code: string): void {
  const { status, stderr } = spawnSync(process.execPath, ["-e", code], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}
