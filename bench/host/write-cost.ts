import { mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { judgeNow } from "../../packages/kedge/src/host/judge-now.ts";
import { writeTool } from "../../packages/kedge/src/host/tools/write.ts";
import { type Measurement, mustStayUnder } from "../engine/measurement.ts";
import { ratioOf, valuesOf } from "../engine/turns.ts";
import { type Inside, openInside, runOk } from "./inside.ts";
import { takePairs } from "./pairs.ts";

const ROUNDS = 150;
const CONTENT = "export const answer = 42;\n".repeat(40);

/** Parts of the path below the project, the file's name among them; and the most that a call may take, in milliseconds. */
const CASES = [
  { parts: 1, maxMs: 5 },
  { parts: 10, maxMs: 5 },
] as const;

/** A Write of a new file, every folder on its way held and judged, beside `writeFile` of the same bytes in the same folder. */
export async function benchWriteCost(): Promise<Measurement[]> {
  await using inside = await openInside({});
  const results: Measurement[] = [];
  for (const each of CASES) results.push(await measure(inside, each));
  return results;
}

async function measure(inside: Inside, { parts, maxMs }: (typeof CASES)[number]): Promise<Measurement> {
  const { core, main, projectDir } = inside;
  const folder = join(projectDir, ...Array.from({ length: parts - 1 }, (_, depth) => `folder-${depth}`));
  mkdirSync(folder, { recursive: true });
  let written = 0;
  const pairs = await takePairs(
    {
      async ours() {
        const input = { file_path: join(folder, `ours-${written++}`), content: CONTENT };
        // What permission costs is measured by itself.
        const { grant } = await judgeNow(core, main, "Write", input);
        const context = await inside.contextFor({ grant });
        const began = performance.now();
        await runOk(writeTool, input, context);
        return performance.now() - began;
      },
      async floor() {
        const began = performance.now();
        await writeFile(join(folder, `floor-${written++}`), CONTENT);
        return performance.now() - began;
      },
    },
    ROUNDS,
  );
  const other = { what: "writeFile", ...valuesOf(pairs.floor) };
  const ratio = ratioOf(pairs.ours, pairs.floor);
  const what = `Write, ${parts} ${parts === 1 ? "part" : "parts"}`;
  return mustStayUnder({ what, unit: "ms", ours: valuesOf(pairs.ours), other, ratio }, maxMs);
}
