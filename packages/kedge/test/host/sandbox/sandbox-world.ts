/** Sessions whose commands are confined by the real bubblewrap. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { SessionOptions } from "../../../src/host/index.ts";
import type { Step } from "../../../src/model-api/index.ts";
import { type HostWorld, makeHost } from "../../support/host-world.ts";

/** Not `/tmp`, of which commands have one of their own: only the sandbox stands between them and this. */
const OUTSIDE_PARENT = "/var/tmp";

const made: string[] = [];
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder outside of every session; gone after the tests of the file. */
export function outsideFolder(): string {
  const folder = realpathSync(mkdtempSync(join(OUTSIDE_PARENT, "kedge outside-")));
  made.push(folder);
  return folder;
}

/** A call that hangs is a failure, and not a long test. */
const TIMEOUT_MS = 10_000;

/** One call of Bash: the command, or all of its input. */
export type Call = string | { readonly command: string; readonly run_in_background?: boolean };

/** What sessions here differ in. */
export interface RunOptions {
  /** `sandbox` of the user's settings. */
  readonly sandbox?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly session?: Partial<SessionOptions>;
  /** The same, for what depends on where the world is. */
  readonly sessionIn?: (world: HostWorld) => Partial<SessionOptions>;
  /** Makes what has to be there; before the session is opened. */
  readonly prepare?: (world: HostWorld) => void;
  /** After each call, with its number and what the model got. */
  readonly afterCall?: (at: number, text: string, world: HostWorld) => void | Promise<void>;
}

/** What the settings of nearly every test here ask for. */
export const ON = { enabled: true } as const;

/**
 * Runs calls one after the other in one session, each as a turn of its own, all permitted.
 *
 * @returns the world, and what the model got for each call
 */
export async function runCalls(
  calls: readonly Call[],
  { sandbox = ON, env = {}, session = {}, sessionIn, prepare, afterCall }: RunOptions = {},
): Promise<{ readonly world: HostWorld; readonly texts: readonly string[] }> {
  const replies = calls.flatMap((call): Step[] => [
    {
      tool: "Bash",
      input: { timeout: TIMEOUT_MS, ...(typeof call === "string" ? { command: call } : call) },
    },
    { text: "done" },
  ]);
  const world = await makeHost({ replies });
  world.settings("user", { sandbox });
  prepare?.(world);
  const opened = await world.open({
    permissionMode: "bypassPermissions",
    isOneShot: false,
    ...session,
    ...sessionIn?.(world),
    env: { ...world.base.env, HOME: world.home, PROJECT: world.project, ...env },
  });
  const texts: string[] = [];
  for (const at of calls.keys()) {
    await opened.send("go");
    const text = lastResult(world, at * 2 + 1);
    texts.push(text);
    await afterCall?.(at, text, world);
  }
  return { world, texts };
}

function lastResult(world: HostWorld, request: number): string {
  const content = world.asked(request).messages.at(-1)?.content ?? [];
  return content.map(({ text, content: result }) => String(text ?? result ?? "")).join("\n");
}
