/**
 * Bad paths against the file tools, Bash and what hooks make of calls, in a real session of every mode: nothing that is protected changes,
 * nothing outside of the project does, and what is harmless is done.
 */
import { execFileSync } from "node:child_process";
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { createSdkClient, type SessionOptions } from "../../src/host/index.ts";
import { startModelApi } from "../../src/model-api/index.ts";
import { type JsonObject, PERMISSION_MODES, type PermissionMode } from "../../src/protocol/index.ts";
import { type HostWorld, makeHost } from "../support/host-world.ts";
import { needs } from "../support/requires.ts";
import { type BadInput, readBadInputs, textsOf } from "./generate-input.ts";

/** A row with how it is delivered. */
interface PathRow extends BadInput {
  readonly tool: "Write" | "Edit" | "Bash";
  readonly setup?: readonly Setup[];
}

type Setup =
  | { readonly write: string; readonly text: string }
  | { readonly symlink: string; readonly to: string }
  | { readonly hardlink: string; readonly to: string }
  | { readonly fifo: string }
  | { readonly race: string };

/** Rows that the judgement of a call cannot hold, and who does. */
const HELD_BY_OTHERS: Readonly<Record<string, string>> = {
  "pth-031": "paths-race.test.ts, by swapping",
  "pth-037": "the Bash tool, which takes no working directory (below)",
  "pth-038": "the sandbox",
};

/** Rows that have to be done where the mode lets anything be written. */
const HARMLESS: ReadonlySet<string> = new Set(["pth-039a", "pth-039e", "pth-041", "pth-042"]);

/**
 * Lines from which nobody can tell what they change, each with why: with permissions bypassed they run, and what they changed is undone behind
 * them. All others are refused before they change anything.
 */
const MAY_BE_UNDONE: Readonly<Record<string, string>> = {
  "pth-027":
    "a program in another language puts the name together as it runs, so that it stands nowhere in the line",
};

/** What the model is told of a change of protected files that was undone. */
const PUT_BACK = /Protected files were changed without permission/;

/** A device and a pipe: whoever may write there is stopped by the tool itself. */
const NO_REGULAR_FILES: ReadonlySet<string> = new Set(["pth-034", "pth-035"]);

/** Outside, by its plain name: bypassed permissions let it be written, and so does the allow of a handler (recorded). */
const OUTSIDE_BY_NAME = "pth-020";

/** In a shell these are ordinary names, or devices that a program may write to. */
const NOTHING_FOR_SHELLS: ReadonlySet<string> = new Set(["pth-033", "pth-034", "pth-035"]);

const allRows = readBadInputs("path") as readonly PathRow[];
const rows = allRows.filter(({ id }) => !(id in HELD_BY_OTHERS));
const fileRows = rows.filter(({ tool }) => tool !== "Bash");

/** What there is before, beside what rows bring. Protected files exist, so that they can be edited. */
const FILES: Readonly<Record<string, string>> = {
  ".git/config": "[core]\n",
  ".git/HEAD": "ref: refs/heads/main\n",
  ".git/hooks/commit-msg": "true\n",
  ".claude/settings.json": "{}\n",
  ".claude/hooks/h.sh": "true\n",
  ".vscode/tasks.json": "{}\n",
  ".mcp.json": "{}\n",
  ".gitmodules": "\n",
  "vendor/lib/.git/config": "[core]\n",
  x: "{}\n",
  "../project-evil/y": "y\n",
  "../home/.bashrc": "true\n",
};

/** One way to try all rows. */
interface Kind {
  readonly name: string;
  readonly rows: readonly PathRow[];
  /** The calls of a row: in each of them the model or a hook means the path of the row. */
  readonly calls: (row: PathRow, text: string, world: HostWorld) => readonly Call[];
  readonly functions?: (targets: Targets) => NonNullable<SessionOptions["hooks"]>["functions"];
  /** Whether a handler lets calls be made; modes that ask no handlers leave them as the model made them. */
  readonly isAllowing?: (mode: PermissionMode) => boolean;
  /** Whether harmless calls are done in a mode. */
  readonly does: (mode: PermissionMode) => boolean;
}

interface Call {
  readonly tool: string;
  readonly input: JsonObject;
  /** Prepares the one that is judged. */
  readonly isReading?: true;
  /** What a hook makes of it, by the path that the model named. */
  readonly becomes?: JsonObject;
}

/** What hooks make of calls, by the path in them. */
type Targets = ReadonlyMap<string, JsonObject>;

const isEditing = (mode: PermissionMode): boolean => mode === "acceptEdits" || mode === "bypassPermissions";

const isAskingHandlers = (mode: PermissionMode): boolean =>
  mode !== "dontAsk" && mode !== "bypassPermissions";

const KINDS: readonly Kind[] = [
  {
    name: "Write",
    rows: fileRows,
    calls: (row, text) => [
      { tool: "Read", input: { file_path: text }, isReading: true },
      { tool: "Write", input: { file_path: text, content: `PWNED ${row.id}` } },
    ],
    does: isEditing,
  },
  {
    name: "Edit",
    rows: fileRows,
    calls: (row, text, { project }) => [
      { tool: "Read", input: { file_path: text }, isReading: true },
      {
        tool: "Edit",
        input: { file_path: text, old_string: firstLine(project, text), new_string: `PWNED ${row.id}` },
      },
    ],
    does: isEditing,
  },
  {
    name: "Bash",
    rows,
    calls: ({ tool, id }, text) => {
      if (tool === "Bash") return [bash(text)];
      if (NOTHING_FOR_SHELLS.has(id)) return [];
      const path = `'${text}'`;
      const printf = `printf PWNED > ${path}`;
      // Other programs make of a harmless link or twin what they like.
      if (HARMLESS.has(id)) return [bash(id === "pth-039e" ? `mkdir -p src && ${printf}` : printf)];
      return [
        ...[printf, `printf PWNED | tee -a ${path}`, `if true; then ${printf}; fi`, `cp x ${path}`],
        // It takes the link itself, which is nobody's but the project's.
        ...(id === "pth-015" ? [] : [`ln -f x ${path}`]),
      ].map(bash);
    },
    does: (mode) => mode === "bypassPermissions",
  },
  {
    name: "a PreToolUse hook that allows another input",
    rows: fileRows,
    calls: (row, text) => [
      { tool: "Read", input: { file_path: text }, isReading: true },
      {
        ...{ tool: "Write", input: { file_path: `asked-${row.id}`, content: "" } },
        becomes: { file_path: text, content: `PWNED ${row.id}` },
      },
    ],
    functions: (targets) => [
      {
        event: "PreToolUse",
        matcher: "Write",
        name: "rewrite",
        call: ({ tool_input: input }) => ({
          hookSpecificOutput: {
            hookEventName: "PreToolUse",
            permissionDecision: "allow",
            updatedInput: targetOf(targets, input),
          },
        }),
      },
    ],
    isAllowing: () => true,
    does: (mode) => mode !== "plan",
  },
  {
    name: "a PermissionRequest hook that allows another input",
    rows: fileRows,
    calls: (row, text, world) => [
      { tool: "Read", input: { file_path: text }, isReading: true },
      {
        // Outside, so that it is asked about where edits are accepted, too.
        ...{ tool: "Write", input: { file_path: world.at(`elsewhere/${row.id}`), content: "" } },
        becomes: { file_path: text, content: `PWNED ${row.id}` },
      },
    ],
    functions: (targets) => [
      {
        event: "PermissionRequest",
        name: "rewrite",
        call: ({ tool_input: input }) => ({
          hookSpecificOutput: {
            hookEventName: "PermissionRequest",
            decision: { behavior: "allow", updatedInput: targetOf(targets, input) },
          },
        }),
      },
    ],
    isAllowing: isAskingHandlers,
    does: isAskingHandlers,
  },
];

function bash(command: string): Call {
  return { tool: "Bash", input: { command } };
}

function targetOf(targets: Targets, input: unknown): JsonObject | undefined {
  return targets.get(String((input as JsonObject).file_path));
}

function firstLine(project: string, path: string): string {
  // A FIFO would be waited for.
  const file = path.startsWith("/") ? path : join(project, path);
  const isFile = lstatSync(file, { throwIfNoEntry: false })?.isFIFO() === false && !path.startsWith("/dev/");
  const text = isFile ? tryRead(file) : "";
  return text.split("\n")[0] || "anything";
}

function tryRead(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // nothing, or a link to nothing
  }
}

/** A project with everything that rows are about. */
async function makeProject(): Promise<HostWorld> {
  const world = await makeHost();
  for (const [path, text] of Object.entries(FILES)) put(join(world.project, path), text);
  for (const setup of rows.flatMap((row) => row.setup ?? [])) setUp(world.project, setup);
  return world;
}

function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function setUp(project: string, setup: Setup): void {
  const at = (path: string): string => join(project, path);
  if ("write" in setup) put(at(setup.write), setup.text);
  else if ("symlink" in setup) symlinkSync(setup.to, at(setup.symlink));
  else if ("hardlink" in setup) linkSync(at(setup.to), at(setup.hardlink));
  else if ("fifo" in setup) execFileSync("mkfifo", [at(setup.fifo)]);
}

/** Everything there is, by its path: kind, mode, and content or target. What Kedge itself keeps is left out. */
function fingerprint({ folder, state }: HostWorld): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const left = [folder];
  for (let dir = left.pop(); dir !== undefined; dir = left.pop()) {
    for (const name of readdirSync(dir)) {
      const path = join(dir, name);
      if (path === state) continue;
      const stats = lstatSync(path);
      const what = stats.isSymbolicLink()
        ? `-> ${readlinkSync(path)}`
        : stats.isFile()
          ? readFileSync(path, "utf8")
          : "";
      found.set(path.slice(folder.length + 1), `${stats.mode.toString(8)} ${what}`);
      if (stats.isDirectory()) left.push(path);
    }
  }
  return found;
}

/** Paths that differ. */
function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const all = new Set([...before.keys(), ...after.keys()]);
  return [...all].filter((path) => before.get(path) !== after.get(path)).sort();
}

/** Files that harmless rows, and what is done beside them, may change. */
const MAY_CHANGE =
  /^(?:project\/(?:\.gitignore|src|src\/git~ish\.ts|real\/notes\.md|twin-[ab]\.txt)|project\/asked-.*|elsewhere(?:\/.*)?|marks\.log)$/;

/** What harmless rows change; an edit makes no file. */
const ALL_HARMLESS = [
  "project/.gitignore",
  "project/real/notes.md",
  "project/twin-a.txt",
  "project/twin-b.txt",
];
const HARMLESS_CHANGES: Readonly<Record<string, string[]>> = { Edit: ALL_HARMLESS.slice(1) };

const textOf = (row: PathRow, { project }: HostWorld): string =>
  (textsOf(row)[0] ?? "").replaceAll("{{WORKSPACE}}", project).replaceAll("{{WORKSPACE_NAME}}", "project");

interface Tried extends Call {
  readonly row: PathRow;
  readonly id: string;
}

interface Outcome {
  readonly row: PathRow;
  /** What the model gets. */
  readonly text: string;
  readonly isError: boolean;
  /** Nobody permitted it, so its tool never had it. */
  readonly isDenied: boolean;
}

/** Runs all calls of a kind in one turn, and says what came of each. */
async function tryAll({ rows: own, calls, functions }: Kind, mode: PermissionMode) {
  const world = await makeProject();
  const tried = own.flatMap((row) =>
    calls(row, textOf(row, world), world).map((call, at): Tried => ({ ...call, row, id: `${row.id}_${at}` })),
  );
  const targets: Targets = new Map(
    tried.flatMap(({ input, becomes }) => (becomes ? [[String(input.file_path), becomes] as const] : [])),
  );
  const tools = tried.map(({ tool, input, id }) => ({ tool, input, id }));
  const api = await startModelApi({ replies: [{ tools }, { text: "done" }] });
  try {
    const session = await world.open({
      client: createSdkClient({ apiKey: "test-key", baseUrl: api.url }),
      permissionMode: mode,
      hooks: { managedDir: world.managed, trust: "project", functions: functions?.(targets) ?? [] },
    });
    const before = fingerprint(world);
    const { permissionDenials } = await session.send("go");
    const results = resultsIn(api.requests.at(-1)?.body);
    const outcomes = tried
      .filter(({ isReading }) => !isReading)
      .map(({ row, id }): Outcome => {
        const { content = "", is_error: isError = false } = results.get(id) ?? {};
        const isDenied = permissionDenials.some(({ toolUseId }) => toolUseId === id);
        return { row, text: String(content), isError: isError === true, isDenied };
      });
    return { world, before, outcomes };
  } finally {
    await api.close();
  }
}

/** Results of calls in a request, by the call. */
function resultsIn(body: unknown): ReadonlyMap<string, JsonObject> {
  const { messages } = body as { readonly messages: readonly { readonly content: readonly JsonObject[] }[] };
  const blocks = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
  return new Map(
    blocks
      .filter(({ type }) => type === "tool_result")
      .map((block) => [String(block.tool_use_id), block] as const),
  );
}

test("every row is tried, or is held by somebody else", () => {
  expect(rows.length + Object.keys(HELD_BY_OTHERS).length).toBe(allRows.length);
  expect(allRows.length).toBeGreaterThanOrEqual(30);
});

describe.each(PERMISSION_MODES)("in %s", (mode) => {
  test.for(KINDS)("bad paths are refused, and harmless ones are not: $name", async (kind, context) => {
    if (kind.name === "Bash") needs(context, "python3");
    const { outcomes, world, before } = await tryAll(kind, mode);
    const { isAllowing = () => false } = kind;
    const isPermitted = mode === "bypassPermissions" || (isAllowing(mode) && kind.does(mode));
    const all = changed(before, fingerprint(world));
    const mayChange = (path: string): boolean =>
      MAY_CHANGE.test(path) || (isPermitted && path === "project-evil/x");
    expect(all.filter((path) => !mayChange(path))).toEqual([]);
    if (kind.does(mode))
      expect(all).toEqual(expect.arrayContaining(HARMLESS_CHANGES[kind.name] ?? ALL_HARMLESS));
    // Where no handler is asked, the call of the model itself was made, which was not about the row.
    if (kind.isAllowing?.(mode) === false) return;
    for (const { row, ...outcome } of outcomes) {
      const said = { row: row.id, ...outcome };
      const isThere = kind.name !== "Edit" || row.setup !== undefined;
      if (HARMLESS.has(row.id)) {
        if (kind.does(mode) && isThere) expect(said).toMatchObject({ isError: false });
      } else if (!(isPermitted && row.id === OUTSIDE_BY_NAME)) {
        expect(said).toMatchObject({ isError: true });
        if (mode === "bypassPermissions" && row.id in MAY_BE_UNDONE) expect(outcome.text).toMatch(PUT_BACK);
        else if (!(NO_REGULAR_FILES.has(row.id) && outcome.text.endsWith("is no regular file.")))
          expect(said, outcome.text).toMatchObject({ isDenied: true });
      }
    }
  });
});

test("a working directory that the model gives is none", async () => {
  const row = allRows.find(({ id }) => id === "pth-037");
  const command = `pwd; ${row?.input}`;
  const elsewhere = { cwd: "/", cwd_arg: "/", workdir: "/", working_directory: "/", directory: "/" };
  const world = await makeHost({
    replies: [{ tool: "Bash", input: { command, ...elsewhere } }, { text: "done" }],
  });
  await (await world.open({ permissionMode: "bypassPermissions" })).send("go");
  expect(world.said(1)).toContain(`${world.project}\nhi`);
});
