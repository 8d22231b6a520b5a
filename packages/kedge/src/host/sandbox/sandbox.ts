import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { ChildProcesses } from "../../platform/index.ts";
import type { Unprotected } from "../permissions/unprotected.ts";
import { removeTree } from "../remove-tree.ts";
import { bwrapArguments, type Confinement } from "./bwrap-arguments.ts";
import { findBwrap } from "./find-bwrap.ts";
import { type LaunchedChild, prepareLaunch } from "./launch.ts";
import { checked } from "./mount-check.ts";
import { forwarded, proxyEnvironment } from "./network-forwarder.ts";
import { type NetworkProxy, startNetworkProxy } from "./network-proxy.ts";
import { type ConfinementPlan, planConfinement } from "./plan-confinement.ts";
import { createPlanMemory, type PlanMemory } from "./plan-memory.ts";
import { confinedEnvironment } from "./private-places.ts";
import { proveSandbox } from "./prove-sandbox.ts";
import type { SandboxRules } from "./sandbox-rules.ts";
import { seccompFilter } from "./seccomp-filter.ts";
import { createStandIns, type Standing, standInsDir } from "./stand-ins.ts";

/** Whether commands are confined. */
export type SandboxStatus =
  | { readonly state: "off" }
  | { readonly state: "active" }
  /** Settings ask for it, and it is not installed, or does not work. */
  | { readonly state: "missing" | "failing"; readonly why: string };

/** A command that is to be confined. */
interface ConfinedCommand {
  readonly command: readonly string[];
  /** Without links: what is reached by one need not be in sight, and is somewhere else when the link is. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Files of the session that it needs; they are there. */
  readonly files: readonly { readonly path: string; readonly isWritable: boolean }[];
  /** File of the session for all that it prints. */
  readonly output?: string;
}

/** How to start it, or why it cannot be confined: then it does not run. */
type Confining =
  | {
      readonly ok: true;
      readonly child: LaunchedChild;
      /** Must be called when the command has ended. */
      release(): Promise<void>;
    }
  | { readonly ok: false; readonly why: string };

/** Confines the commands of one session. */
export interface Sandbox {
  readonly rules: () => Promise<SandboxRules>;
  /** As it is now; what does not work is tried again. */
  status(): Promise<SandboxStatus>;
  /** Where confined commands find `TMPDIR`. */
  readonly temporaryDir: string;
  confine(command: ConfinedCommand): Promise<Confining>;
  close(): Promise<void>;
}

/** What a sandbox is made with. */
export interface SandboxOptions {
  readonly rules: () => Promise<SandboxRules>;
  readonly children: ChildProcesses;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly stateDir: string;
  /** Private to the session. */
  readonly sessionDir: string;
  readonly workingDirs: () => readonly string[];
  /** What settings take out of protection, as they are now. */
  readonly unprotected: () => Promise<Unprotected>;
  /** Tells a person something that matters once. */
  readonly warn: (text: string) => void;
  readonly platform?: NodeJS.Platform;
}

/** Makes the sandbox of a session. Nothing is started before it is asked for. */
export function createSandbox(options: SandboxOptions): Sandbox {
  return new BwrapSandbox(options);
}

class BwrapSandbox implements Sandbox {
  readonly temporaryDir: string;
  readonly rules: () => Promise<SandboxRules>;
  private readonly options: SandboxOptions;
  private readonly filter = seccompFilter(process.arch);
  private proven: { readonly bwrap: string; readonly disablesNamespaces: boolean } | null = null;
  private proving: Promise<SandboxStatus> | null = null;
  private proxy: Promise<NetworkProxy> | null = null;
  private readonly warned = new Set<string>();
  private readonly memory: PlanMemory;

  constructor(options: SandboxOptions) {
    this.options = options;
    this.rules = options.rules;
    this.memory = createPlanMemory(options.sessionDir);
    this.temporaryDir = join(options.sessionDir, "tmp");
  }

  async status(): Promise<SandboxStatus> {
    const rules = await this.rules();
    if (!rules.isEnabled) return { state: "off" };
    // Once proven it stays so: from then on a command that cannot be confined fails by itself.
    if (this.proven) return { state: "active" };
    this.proving ??= this.prove(rules).finally(() => {
      this.proving = null;
    });
    return this.proving;
  }

  async confine(command: ConfinedCommand): Promise<Confining> {
    const status = await this.status();
    if (status.state !== "active" || !this.proven)
      return { ok: false, why: `The command did not run: ${wordsOf(status)}` };
    try {
      return await this.confineProven(command, this.proven);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { ok: false, why: `The command did not run: the sandbox could not be set up: ${why}` };
    }
  }

  async close(): Promise<void> {
    await (await this.proxy?.catch(() => null))?.close();
    await removeTree(this.temporaryDir);
  }

  private async prove(rules: SandboxRules): Promise<SandboxStatus> {
    const { platform = process.platform, env, children, workingDirs } = this.options;
    if (platform !== "linux")
      return { state: "missing", why: `there is no sandbox for ${platform}, only for Linux` };
    const dirs = [...workingDirs(), ...rules.allowWrite, this.temporaryDir];
    const writable = await Promise.all(dirs.map((dir) => realpath(dir).catch(() => dir)));
    const found = await findBwrap(env.PATH, writable);
    if (!found.ok) return { state: "missing", why: found.why };
    const bwrap = found.path;
    await mkdir(this.temporaryDir, { mode: 0o700, recursive: true });
    const base = this.base({ cwd: "/", env: {}, files: [] }, rules, false);
    const proof = await proveSandbox(base, { bwrap, filter: this.filter, children });
    if (!proof.ok) return { state: "failing", why: proof.why };
    this.proven = { bwrap, disablesNamespaces: proof.disablesNamespaces };
    return { state: "active" };
  }

  /** A confinement in which nothing is writable but temporary files. */
  private base(
    { cwd, env, files }: Pick<ConfinedCommand, "cwd" | "env" | "files">,
    { isWeaker, allowsAllUnixSockets, unixSockets }: SandboxRules,
    disablesNamespaces: boolean,
  ): Confinement {
    const { sessionDir } = this.options;
    return {
      ...{ cwd, files, isWeaker, disablesNamespaces, sessionDir, temporaryDir: this.temporaryDir },
      ...{ writable: [], inside: [], hidden: [], shown: [], foreignSockets: [] },
      sockets: allowsAllUnixSockets ? null : unixSockets,
      env: confinedEnvironment(env, {
        TMPDIR: this.temporaryDir,
        TMP: this.temporaryDir,
        TEMP: this.temporaryDir,
      }),
    };
  }

  private async confineProven(
    command: ConfinedCommand,
    { bwrap, disablesNamespaces }: NonNullable<BwrapSandbox["proven"]>,
  ): Promise<Confining> {
    const { homeDir, stateDir, sessionDir, workingDirs } = this.options;
    const rules = await this.rules();
    const unprotected = await this.options.unprotected();
    const places = { homeDir, stateDir, sessionDir, workingDirs: workingDirs(), unprotected };
    const plan = await planConfinement(rules, places, this.memory);
    if (typeof plan === "string") return { ok: false, why: `The command did not run: ${plan}.` };
    this.warnPartial(plan);
    const network = rules.allowedDomains.length > 0 ? await this.network() : null;
    const outward = network === null ? command : network.around(command);
    const base = this.base(outward, rules, disablesNamespaces);
    const standing = await createStandIns(standInsDir(stateDir)).hold(plan.holds, plan);
    try {
      const confinement = {
        ...base,
        ...openPlaces({ ...plan, fixed: standing.fixed }, standing.held, network?.programs ?? []),
      };
      const launch = await prepareLaunch(await checked(outward.command, confinement), {
        ...{ bwrap, filter: this.filter, dir: sessionDir, info: standing.infoFile },
        ...(command.output === undefined ? {} : { output: command.output }),
        bwrapArguments: bwrapArguments(confinement),
      });
      const release = async (): Promise<void> => {
        await launch.remove();
        await this.giveBack(standing);
      };
      return { ok: true, child: launch.child, release };
    } catch (error) {
      await standing.release();
      throw error;
    }
  }

  private async giveBack({ release }: Standing): Promise<void> {
    try {
      await release();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.options.warn(
        `What stands in for protected files while commands run stays in the project: ${why}.`,
      );
    }
  }

  private async network() {
    const path = join(this.options.sessionDir, "proxy.sock");
    const domains = async () => (await this.rules()).allowedDomains;
    this.proxy ??= startNetworkProxy({ path, domains }).catch((error: unknown) => {
      this.proxy = null; // the next command tries again
      throw error;
    });
    await this.proxy;
    const node = process.execPath;
    return {
      around: (command: ConfinedCommand): ConfinedCommand => ({
        ...command,
        command: forwarded(node, path, command.command),
        env: { ...command.env, ...proxyEnvironment() },
        files: [...command.files, { path, isWritable: false }],
      }),
      // Where the machine's `/tmp` or `/run` has it, it would be out of sight.
      programs: [node],
    };
  }

  private warnPartial({ partial }: ConfinementPlan): void {
    for (const dir of partial) {
      if (this.warned.has(dir)) continue;
      this.warned.add(dir);
      this.options.warn(
        `${dir} is too large for the sandbox to look through: protected files deep in it are not held.`,
      );
    }
  }
}

/** The places of a plan as mounts, the outer before the inner. */
function openPlaces(
  { writable, holds, reopened, fixed, hidden, shown, sockets, foreignSockets }: ConfinementPlan,
  held: readonly string[],
  programs: readonly string[],
) {
  const isHeld = new Set(held);
  const inside = [
    ...holds.filter(({ path }) => isHeld.has(path)).map(({ path }) => ({ path, isWritable: false })),
    ...[...fixed, ...reopened].map((path) => ({ path, isWritable: true })),
  ];
  return {
    ...{ writable, hidden, sockets, foreignSockets, shown: [...shown, ...programs] },
    inside: inside.toSorted((one, other) => depth(one.path) - depth(other.path)),
  };
}

function depth(path: string): number {
  return path.split("/").length;
}

/** Why commands are not confined, and what to do about it; empty where they are, or need not be. */
export function wordsOf(status: SandboxStatus): string {
  if (status.state === "missing")
    return `the sandbox that settings ask for is not available: ${status.why}. On Debian and Ubuntu: apt-get install bubblewrap.`;
  if (status.state === "failing")
    return `the sandbox that settings ask for does not work: ${status.why}. Namespaces of users may be switched off: see user.max_user_namespaces, kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns (sysctl); in a container, sandbox.enableWeakerNestedSandbox may help.`;
  return "";
}
