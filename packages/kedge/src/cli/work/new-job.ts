import { basename } from "node:path";
import type { AgentCommand } from "../../agents/index.ts";
import { readCommand } from "../../agents/index.ts";
import {
  accountKey,
  type LaunchContract,
  type NewJob,
  type Policy,
  readGitFacts,
  type SupervisorPorts,
} from "../../recovery/index.ts";
import { CommandError, EXIT } from "../command-error.ts";

/** What is launched as one job. */
export interface WorkOrder {
  readonly id: string;
  readonly argv: readonly string[];
  readonly command: AgentCommand;
  readonly cwd: string;
  readonly title: string;
  readonly account?: string;
  readonly stdin?: Uint8Array;
  readonly policyPath: string | null;
  readonly batch?: string;
  readonly priority?: number;
  readonly digest?: string;
}

/**
 * Reads a command line that is to be run unattended.
 *
 * @throws {CommandError} with everything that stands in the way
 */
export function readAgentCommand(argv: readonly string[]): AgentCommand {
  const reading = readCommand(argv);
  if (reading.ok) return reading.command;
  const [first, ...others] = reading.problems.map(({ message }) => message);
  throw new CommandError(
    EXIT.usage,
    `${lower(first ?? "expected a command that starts an agent.")}${others.map((each) => `\n  ${each}`).join("")}`,
  );
}

/** What the work is called where nobody named it: the agent, and where it works. */
export function titleOf({ agent }: AgentCommand, cwd: string): string {
  return `${agent} in ${basename(cwd) || cwd}`;
}

/** Keeps how a job is launched, and makes what the queue is told of it. */
export async function keepOrder(
  order: WorkOrder,
  { files, children, env, now }: Pick<SupervisorPorts, "files" | "children" | "env" | "now">,
  policy: Policy,
): Promise<NewJob> {
  const { id, argv, command, cwd, title, account, stdin, policyPath, batch, priority, digest } = order;
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const git = await readGitFacts(cwd, { children, env: Object.fromEntries(set) });
  const launch: LaunchContract = {
    ...{ version: 1, id, title, atMs: now(), argv, cwd, policyPath },
    envNames: set.map(([name]) => name).toSorted(),
    ...(stdin === undefined ? {} : { stdin: Buffer.from(stdin).toString("base64") }),
    ...(account === undefined ? {} : { account }),
    ...(git === null ? {} : { git }),
    ...(digest === undefined ? {} : { digest }),
  };
  await files.keepLaunch(launch);
  const { conversation, model } = command;
  const own = conversation.kind === "fork" ? undefined : conversation.sessionId;
  return {
    key: id,
    account: accountKey(policy, account, env),
    sessionKey: own === undefined ? `job:${id}` : `session:${own}`,
    payload: {
      title,
      ...(model === undefined ? {} : { model }),
      ...(digest === undefined ? {} : { digest }),
    },
    notBeforeMs: 0,
    ...(batch === undefined ? {} : { batch }),
    ...(priority === undefined ? {} : { priority }),
  };
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
