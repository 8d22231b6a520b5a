/**
 * Tests that need a program which a machine may lack. Without it they are skipped with a reason that says
 * what to install; `npm test` prints every such reason, and `KEDGE_REQUIRE=all` makes each of them a failure.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, type TestContext, test } from "vitest";

declare module "vitest" {
  interface TaskMeta {
    skipReason?: string;
  }
}

interface Tool {
  /** The Debian package that has the program of this name. */
  readonly debian: string;
  /** Arguments of a harmless run; a program that is there may still be forbidden, as in many containers. */
  readonly probe?: readonly string[];
}

const tools = {
  bwrap: {
    debian: "bubblewrap",
    probe: ["--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"],
  },
  chromium: { debian: "chromium" },
  dash: { debian: "dash" },
  git: { debian: "git" },
  ip: { debian: "iproute2" },
  perl: { debian: "perl-base" },
  prlimit: { debian: "util-linux" },
  ps: { debian: "procps" },
  python3: { debian: "python3" },
  ruby: { debian: "ruby" },
  // The program of the BSDs has other options.
  script: { debian: "bsdutils", probe: ["--version"] },
  setpriv: { debian: "util-linux" },
  setsid: { debian: "util-linux" },
  // Root needs no namespace of users to have one of the network.
  unshare: {
    debian: "util-linux",
    probe: [...(process.geteuid?.() === 0 ? [] : ["--user", "--map-root-user"]), "--net", "true"],
  },
} as const satisfies Readonly<Record<string, Tool>>;

export type ToolName = keyof typeof tools;

/** True in `npm run test:full`, where long tests run in full. */
export const isFull = process.env.KEDGE_FULL === "1";

/** Chooses how long a long test is: every test runs in both, so that none is skipped for being long. */
export function inFull<T>(options: { readonly normal: T; readonly full: T }): T {
  return isFull ? options.full : options.normal;
}

/** Says what is missing of the tools named, as in `needs bwrap: apt-get install bubblewrap`. */
export function missing(names: readonly ToolName[]): string | undefined {
  const reasons = names.map(reasonToSkip).filter((reason) => reason !== undefined);
  return reasons.length === 0 ? undefined : reasons.join("; ");
}

/** A `describe` that is skipped, hooks included, when a tool is missing. */
export function describeWith(
  options: { readonly needs: readonly ToolName[] },
  name: string,
  body: () => void,
): void {
  const reason = missing(options.needs);
  if (reason === undefined) describe(name, body);
  else describe(name, { skip: true, meta: { skipReason: reason } }, body);
}

/** A `test` that is skipped when a tool is missing. */
export function testWith(
  options: { readonly needs: readonly ToolName[] },
  name: string,
  body: (context: TestContext) => unknown,
): void {
  const reason = missing(options.needs);
  if (reason === undefined) test(name, body);
  else test(name, { skip: true, meta: { skipReason: reason } }, body);
}

/** Called inside a test: skips the rest of it when a tool is missing. */
export function needs(context: TestContext, ...names: readonly ToolName[]): void {
  const reason = missing(names);
  if (reason !== undefined) context.skip(reason);
}

const probed = new Map<ToolName, string | undefined>();

function reasonToSkip(name: ToolName): string | undefined {
  if (!probed.has(name)) probed.set(name, probe(name));
  return probed.get(name);
}

function probe(name: ToolName): string | undefined {
  const tool: Tool = tools[name];
  if (!isOnPath(name)) return `needs ${name}: apt-get install ${tool.debian}`;
  if (tool.probe === undefined) return undefined;
  const run = spawnSync(name, tool.probe, { encoding: "utf8", timeout: 10_000 });
  if (run.status === 0) return undefined;
  const cause = run.error?.message ?? run.stderr.trim().split("\n")[0] ?? "";
  return `needs ${name} with the rights it asks for: ${name} ${tool.probe.join(" ")}: ${cause}`;
}

function isOnPath(name: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((dir) => {
    try {
      accessSync(join(dir, name), constants.X_OK);
      return true;
    } catch {
      return false; // not there, or not ours to run: the next folder may have it
    }
  });
}
