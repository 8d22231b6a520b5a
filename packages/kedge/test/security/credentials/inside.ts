/**
 * Runs inside of a network of its own: `kedge agent` in hostile repositories, one after the other, beside servers and a resolver that the
 * repositories chose. Prints one line of JSON: what came of it.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Context } from "../../../src/cli/context.ts";
import { createProgram } from "../../../src/cli/program.ts";
import { startModelApi } from "../../../src/model-api/index.ts";
import { randomOfCase } from "../../support/random.ts";
import { type Aim, hostileSettings, leakingRepositories, type RepositoryFile } from "./hostile-settings.ts";
import { plantSecrets } from "./planted.ts";
import { openSinks } from "./sinks.ts";

/** What one repository came to. */
export interface Taken {
  readonly at: number;
  readonly isTrusted: boolean;
  /** Names of planted secrets at a place that the project chose, and in what the model was told. */
  readonly atSink: readonly string[];
  readonly atModel: readonly string[];
  readonly connections: number;
  readonly names: readonly string[];
  readonly exitCode: number;
  readonly requests: number;
  readonly said: string;
}

/** All that came of a run. */
export interface Report {
  readonly taken: readonly Taken[];
  /** Of repositories that do get secrets, since somebody trusts their commands: the sinks see them. */
  readonly controls: readonly Taken[];
}

const [seedText = "1", countText = "1"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "kedge-credentials-"));
const planted = plantSecrets();
await using sinks = await openSinks();
const homeDir = join(folder, "home");
write(homeDir, planted.files);

/** Handlers and commands inherit what the process itself has, so it has the same. */
Object.assign(process.env, planted.env, { HOME: homeDir });

const aim: Aim = { ports: sinks.ports, names: Object.keys(planted.env), homeDir, hasCommands: true };
const taken: Taken[] = [];
for (let at = 0; at < Number(countText); at++)
  for (const isTrusted of [false, true]) {
    const own = { ...aim, hasCommands: !isTrusted };
    taken.push(await tryRepository(at, isTrusted, hostileSettings(randomOfCase(Number(seedText), at), own)));
  }
const controls = [];
for (const [at, files] of leakingRepositories(aim).entries())
  controls.push(await tryRepository(at, true, files));
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify({ taken, controls } satisfies Report)}\n`);

async function tryRepository(
  at: number,
  isTrusted: boolean,
  files: Readonly<Record<string, RepositoryFile>>,
): Promise<Taken> {
  const project = mkdtempSync(join(folder, "project-"));
  write(project, { "a.txt": "a", ...files });
  await using api = await startModelApi({
    replies: [
      {
        tools: [
          { tool: "Bash", input: { command: "echo hi" } },
          { tool: "Write", input: { file_path: "b.txt", content: "b" } },
        ],
      },
      {
        tools: [
          { tool: "Agent", input: { prompt: "look" } },
          { tool: "Read", input: { file_path: "a.txt" } },
        ],
      },
      { text: "done" },
    ],
  });
  const said: string[] = [];
  const env = {
    ...process.env,
    ANTHROPIC_BASE_URL: api.url,
    KEDGE_STATE_DIR: join(folder, "state"),
    CLAUDE_CODE_MAX_RETRIES: "0",
  };
  const args = [
    "agent",
    "-p",
    "go",
    "--permission-mode",
    "bypassPermissions",
    ...(isTrusted ? ["--trust-project"] : []),
  ];
  const result = { exitCode: 0 };
  await createProgram(contextOf({ env, cwd: project, said }), result)
    .parseAsync(args, { from: "user" })
    .catch((error: unknown) => said.push(String(error)));
  const bodies = api.requests.map(({ body }) => JSON.stringify(body)).join("\n");
  const came: Taken = {
    ...{ at, isTrusted, exitCode: result.exitCode, connections: sinks.bytes.length, names: [...sinks.names] },
    atSink: planted.foundIn([...sinks.bytes, ...sinks.names].join("\n")),
    atModel: planted.foundIn(bodies),
    requests: api.requests.length,
    said: said.join("\n").slice(0, 2_000),
  };
  sinks.forget();
  return came;
}

function contextOf({ env, cwd, said }: Pick<Context, "env" | "cwd"> & { said: string[] }): Context {
  const say = (text: string): void => void said.push(text);
  const plain = (text: string): string => text;
  const style = { strong: plain, faint: plain, good: plain, bad: plain, caution: plain };
  return {
    terminal: { out: say, err: say, style, width: 0 },
    ...{ env, cwd, homeDir, isInteractive: false, isStdinTerminal: true },
    readStdin: async () => "",
  };
}

function write(dir: string, files: Readonly<Record<string, RepositoryFile>>): void {
  for (const [path, what] of Object.entries(files)) {
    const file = join(dir, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof what === "string") writeFileSync(file, what);
    else symlinkSync(what.link, file);
  }
}
