/**
 * Runs inside of a network of its own: `kedge agent` in hostile repositories, one after the other, beside servers and a resolver that the
 * repositories chose. Prints one line of JSON: what came of it.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Context } from "../../../src/cli/context.ts";
import { createProgram } from "../../../src/cli/program.ts";
import { SMALL_MODEL } from "../../../src/host/model/small-model.ts";
import { startModelApi } from "../../../src/model-api/index.ts";
import { isJsonObject } from "../../../src/protocol/index.ts";
import { randomOfCase } from "../../support/random.ts";
import { type Aim, hostileSettings, leakingRepositories, type RepositoryFile } from "./hostile-settings.ts";
import { openOutside, PAGE_HOST } from "./outside.ts";
import { plantSecrets } from "./planted.ts";
import { openSinks } from "./sinks.ts";

/** What one repository came to. */
export interface Taken {
  readonly at: number;
  readonly isTrusted: boolean;
  /** Whether the person had named the address of the API. */
  readonly hasAddress: boolean;
  /** Names of planted secrets at a place that the project chose, and in what the model was told. */
  readonly atSink: readonly string[];
  readonly atModel: readonly string[];
  readonly connections: number;
  readonly names: readonly string[];
  /** Pages that the model wanted, and those that it got. */
  readonly wanted: number;
  readonly pages: number;
  /** Calls of the model that reached a tool of the project's server. */
  readonly calls: number;
  readonly exitCode: number;
  /** Steps of the session and of its subagent. */
  readonly requests: number;
  readonly said: string;
}

/** All that came of a run. */
export interface Report {
  readonly taken: readonly Taken[];
  /** Of repositories that do get secrets, since somebody trusts their commands: the sinks see them. */
  readonly controls: readonly Taken[];
}

/** What the model says to the tool of a project's server. */
const CALL = '{"text":"hi"}';

const [seedText = "1", countText = "1", keyFile = "", certFile = ""] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "kedge-credentials-"));
const planted = plantSecrets();
await using sinks = await openSinks();
await using outside = await openOutside({
  key: readFileSync(keyFile, "utf8"),
  cert: readFileSync(certFile, "utf8"),
});
const homeDir = join(folder, "home");
write(homeDir, planted.files);

/** Handlers and commands inherit what the process itself has, so it has the same. */
Object.assign(process.env, planted.env, { HOME: homeDir });

const { ports, mcpPort } = sinks;
const aim: Aim = { ports, mcpPort, names: Object.keys(planted.env), homeDir, hasCommands: true };
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
  const wantsPage = at % 2 === 0;
  const wantsTool = at % 4 > 0;
  await using api = await startModelApi({
    // What a handler asks a model, and what one makes of a page, is no step of the session.
    routes: [{ when: { model: SMALL_MODEL }, replies: [{ text: '{"ok":true}' }] }],
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
          ...(wantsPage
            ? [{ tool: "WebFetch", input: { url: `https://${PAGE_HOST}/`, prompt: "what?" } }]
            : []),
          ...(wantsTool ? [{ tool: "mcp__other__take", input: JSON.parse(CALL) }] : []),
        ],
      },
      { text: "done" },
    ],
  });
  outside.api = api.url;
  const said: string[] = [];
  const hasAddress = at % 3 !== 0;
  const env = {
    ...process.env,
    ...(hasAddress ? { ANTHROPIC_BASE_URL: api.url } : {}),
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
    ...{ at, isTrusted, hasAddress, exitCode: result.exitCode },
    ...{
      connections: sinks.bytes.length,
      names: [...sinks.names],
      calls: sinks.calls.filter((each) => each === CALL).length,
    },
    ...{ wanted: wantsPage ? 1 : 0, pages: outside.pages.length },
    atSink: planted.foundIn([...sinks.bytes, ...sinks.names, ...outside.pages].join("\n")),
    atModel: planted.foundIn(bodies),
    requests: api.requests.filter(({ body }) => isJsonObject(body) && body.model !== SMALL_MODEL).length,
    said: said.join("\n").slice(0, 2_000),
  };
  sinks.forget();
  outside.pages.length = 0;
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
