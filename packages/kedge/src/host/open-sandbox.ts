import type { Engine, EngineState } from "../engine/index.ts";
import type { ChildProcesses } from "../platform/index.ts";
import type { Core, SessionState } from "./core.ts";
import { HostError } from "./errors.ts";
import type { EventSink } from "./events.ts";
import type { SessionOptions } from "./options.ts";
import { createSandbox, type Sandbox, wordsOf } from "./sandbox/sandbox.ts";
import { mergeSandboxRules, type SandboxRules } from "./sandbox/sandbox-rules.ts";
import { createStandIns, standInsDir } from "./sandbox/stand-ins.ts";
import { workingDirs } from "./tools/context.ts";

/** What the sandbox of a session is opened with besides the options of that. */
interface SandboxOpening {
  readonly engine: Engine;
  readonly children: ChildProcesses;
  readonly state: SessionState;
  readonly settings: Core["settings"];
  /** Private to the session. */
  readonly sessionDir: string;
}

/**
 * Makes the sandbox that settings ask for, and sees whether it works.
 *
 * @throws {HostError} `SANDBOX_UNAVAILABLE` where settings demand one and it does not
 */
export async function openSandbox(options: SessionOptions, opening: SandboxOpening): Promise<Sandbox> {
  const { projectDir, homeDir, stateDir, env = {}, onEvent } = options;
  const { engine, children, state, settings, sessionDir } = opening;
  const sandbox = createSandbox({
    ...{ children, env, homeDir, stateDir, sessionDir, rules: rulesReader(options, engine) },
    workingDirs: () => workingDirs({ projectDir, state }),
    unprotected: async () => (await settings()).unprotected,
    warn: (text) => onEvent?.({ type: "notice", level: "warning", text }),
  });
  const status = await sandbox.status();
  if (status.state !== "off" && status.state !== "active" && (await sandbox.rules()).failsIfUnavailable) {
    await sandbox.close();
    throw new HostError(
      "SANDBOX_UNAVAILABLE",
      `Nothing was started, for ${wordsOf(status).replace(/\.$/, "")}`,
    );
  }
  return sandbox;
}

/** Takes away what sessions that were killed left standing in projects, before anything of those is read. Never rejects. */
export async function cleanStandIns({ stateDir }: Pick<SessionOptions, "stateDir">): Promise<void> {
  // There was no confined command yet, or the next one tries again.
  await createStandIns(standInsDir(stateDir))
    .clean()
    .catch(() => undefined);
}

/** Tells a person at the beginning that commands are not confined although settings ask for it, and what settings say in vain. */
export async function tellSandbox(sandbox: Sandbox, emit: EventSink): Promise<void> {
  const status = await sandbox.status();
  if (status.state === "off") return;
  const { allowsUnsandboxed, problems } = await sandbox.rules();
  for (const text of problems) emit({ type: "notice", level: "warning", text });
  if (status.state === "active") return;
  const isClosed = status.state === "failing" || allowsUnsandboxed === false;
  const effect = isClosed ? "No command runs in this session." : "Commands run WITHOUT a sandbox.";
  emit({ type: "notice", level: "warning", text: `${effect} For ${wordsOf(status)}`, topic: "sandbox" });
}

/** The rules as settings are now. */
function rulesReader(options: SessionOptions, engine: Engine): () => Promise<SandboxRules> {
  const isTrusted = options.hooks?.trust === "project";
  let known: { readonly of: EngineState; readonly rules: SandboxRules } | null = null;
  return async () => {
    const of = await engine.state();
    if (known?.of === of) return known.rules;
    const sources = of.configuration.sources.flatMap(({ kind, settings, isFromProject }) =>
      settings
        ? [
            {
              isManaged: kind === "managed",
              mayPermit: !isFromProject || isTrusted,
              sandbox: settings.sandbox,
            },
          ]
        : [],
    );
    known = { of, rules: mergeSandboxRules(sources, options) };
    return known.rules;
  };
}
