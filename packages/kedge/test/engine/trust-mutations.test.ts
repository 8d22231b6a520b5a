import { renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { TrustContext, TrustSubject } from "../../src/engine/trust-hash.ts";
import { type CommandHandler, EVENT_NAMES, type HookEntry } from "../../src/protocol/index.ts";
import { fuzzSeed, type Random, randomOfCase } from "../support/random.ts";
import { inFull } from "../support/requires.ts";
import { commandOf, makeWorld, subjectOf, type World } from "./trust-world.ts";

const files = [".claude/hooks/a.sh", "tools/b.mjs", "c.sh"];
const text = "#!/bin/sh\nexit 0 # as it was trusted\n";
const handler = commandOf('"$CLAUDE_PROJECT_DIR/.claude/hooks/a.sh" && node tools/b.mjs ./c.sh ./none.sh', {
  if: "Bash(git *)",
  timeoutMs: 5_000,
  statusMessage: "Looking",
});
const env = { MODE: "strict" };

interface Mutated {
  readonly subject: TrustSubject;
  readonly context: TrustContext;
  /** Puts the project back. */
  undo(): void;
}

type Mutation = (world: World, random: Random) => Mutated;

const withEntry =
  (change: (random: Random) => Partial<HookEntry>): Mutation =>
  (world, random) => ({
    subject: subjectOf(handler, { entry: change(random) }),
    context: { ...world.context, env },
    undo() {},
  });

const withHandler = (change: (random: Random) => Partial<CommandHandler>): Mutation =>
  withEntry((random) => ({ handler: { ...handler, ...change(random) } }));

const withEnv =
  (change: (random: Random) => Record<string, string>): Mutation =>
  (world, random) => ({
    subject: subjectOf(handler),
    context: { ...world.context, env: change(random) },
    undo() {},
  });

const withFile =
  (change: (path: string, random: Random) => void): Mutation =>
  (world, random) => {
    const path = join(world.project, random.pick(files));
    change(path, random);
    return {
      subject: subjectOf(handler),
      context: { ...world.context, env },
      undo() {
        rmSync(path, { force: true });
        rmSync(join(world.project, "none.sh"), { force: true });
        writeFileSync(path, text);
      },
    };
  };

const character = (random: Random): string => String.fromCharCode(0x21 + random.below(0x5e));
function edit(value: string, random: Random): string {
  const at = random.below(value.length + 1);
  const edited = value.slice(0, at) + character(random) + value.slice(at + random.below(2));
  return edited === value ? `${value}${character(random)}` : edited;
}

const mutations: Readonly<Record<string, Mutation>> = {
  command: withHandler((random) => ({ command: edit(handler.command, random) })),
  args: withHandler((random) => ({ args: [character(random)] })),
  shell: withHandler((random) => ({ shell: random.pick(["bash", "powershell"] as const) })),
  timeoutMs: withHandler((random) => ({ timeoutMs: random.below(5_000) })),
  onFailure: withHandler(() => ({ onFailure: "block" })),
  background: withHandler((random) => ({ background: random.pick(["async", "rewake"] as const) })),
  isOnce: withHandler(() => ({ isOnce: true })),
  statusMessage: withHandler((random) => ({ statusMessage: edit("Looking", random) })),
  if: withHandler((random) => ({ if: edit("Bash(git *)", random) })),
  matcher: withEntry((random) => ({ matcher: edit("Bash", random) })),
  event: withEntry((random) => ({ event: random.pick(EVENT_NAMES.filter((name) => name !== "PreToolUse")) })),
  source: (world) => ({
    subject: subjectOf(handler, { source: "local" }),
    context: { ...world.context, env },
    undo() {},
  }),
  env: withEnv((random) => ({ MODE: edit("strict", random) })),
  "env name": withEnv((random) => ({ [`MODE${random.below(100)}`]: "strict" })),
  "one byte of a file": withFile((path, random) => {
    const bytes = Buffer.from(text);
    const at = random.below(bytes.length);
    bytes[at] = ((bytes[at] ?? 0) + 1 + random.below(255)) % 256;
    writeFileSync(path, bytes);
  }),
  "a byte more or less": withFile((path, random) =>
    writeFileSync(path, random.chance(0.5) ? text.slice(1) : `${text} `),
  ),
  "a file that went": withFile((path) => rmSync(path)),
  "a file that became a link": withFile((path) => {
    renameSync(path, `${path}.real`);
    symlinkSync(`${path}.real`, path);
  }),
  "a file that appeared": withFile((path) => {
    const project = path.slice(
      0,
      files.map((file) => path.indexOf(`/${file}`)).find((at) => at > 0),
    );
    writeFileSync(join(project, "none.sh"), text);
  }),
};

it("asks again after any change of what is hashed, and never without one", { timeout: 300_000 }, async () => {
  const world = makeWorld();
  for (const file of files) world.write(file, text);
  const context = { ...world.context, env };
  const subject = subjectOf(handler);
  await world.trust([subject], context);
  const names = Object.keys(mutations);
  const wrong: string[] = [];
  const count = inFull({ normal: 500, full: 10_000 });
  for (let index = 0; index < count; index++) {
    const random = randomOfCase(fuzzSeed, index);
    const name = names[index % names.length] ?? "";
    const mutated = mutations[name]?.(world, random);
    if (!mutated) continue;
    const state = await world.stateOf(mutated.subject, mutated.context);
    if (state !== "modified") wrong.push(`case ${index}, ${name}: ${state}`);
    mutated.undo();
    const before = await world.stateOf(subject, context);
    if (before !== "trusted") wrong.push(`case ${index}, ${name} undone: ${before}`);
  }
  expect(wrong, `KEDGE_FUZZ_SEED=${fuzzSeed}`).toEqual([]);
});
