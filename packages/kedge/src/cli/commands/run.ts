import { randomBytes } from "node:crypto";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { inWords } from "../open-ledger.ts";
import { followJob } from "../work/follow-job.ts";
import { keepOrder, readAgentCommand, titleOf } from "../work/new-job.ts";
import { openWork } from "../work/open-work.ts";
import { readInput } from "../work/read-input.ts";
import { loadLastingPolicy, namedAlerts, type PolicySource } from "./policy-file.ts";
import { goOn } from "./resume.ts";

/** What `kedge run` was asked for. */
export interface RunOptions {
  readonly policy?: string;
  readonly account?: string;
  readonly key?: string;
  readonly attach?: string;
  /** False with `--no-wait`. */
  readonly wait: boolean;
  readonly json?: boolean;
}

/** As the keys of items: it becomes an id that people type. */
const KEY = /^[\w.-]{1,128}$/;

/** `kedge run -- claude -p …`: one session to its true end. */
export async function runSession(
  argv: readonly string[],
  options: RunOptions,
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  if (options.attach !== undefined) return goOn(options.attach, { ...options, argv }, context, moment);
  if (argv.length === 0)
    throw new CommandError(
      EXIT.usage,
      'expected an agent\'s command behind --, got none. For instance: kedge run -- claude -p "Fix the tests"',
    );
  if (options.key !== undefined && !KEY.test(options.key))
    throw new CommandError(
      EXIT.usage,
      `expected --key of 1 to 128 letters, digits, ".", "_" and "-", got ${JSON.stringify(options.key.slice(0, 40))}.`,
    );
  const command = readAgentCommand(argv);
  const policy = await loadLastingPolicy(options.policy, context);
  const { account } = options;
  if (account !== undefined && !Object.hasOwn(policy.policy.accounts, account))
    throw new CommandError(EXIT.usage, unknownAccount(account, policy));
  const stdin = await readInput(process.stdin, command.prompt === undefined);
  if (command.prompt === undefined && stdin === undefined)
    throw new CommandError(
      EXIT.usage,
      "expected a prompt, as the last word of the agent's command or on standard input, got none.",
    );
  await using room = await openWork(context, moment, policy.policy, namedAlerts(policy));
  try {
    const id = options.key === undefined ? newId() : `run-${options.key}`;
    const known = options.key === undefined ? null : await room.queue.get(id);
    if (known !== null) {
      const reading = await room.files.readLaunch(id);
      if (reading.ok && JSON.stringify(reading.launch.argv) !== JSON.stringify(argv))
        context.terminal.err(
          `kedge: ${id} began with another command, and goes on with that one. Give new work another key.`,
        );
      return await goOn(id, { ...options, argv: [] }, context, moment);
    }
    const ports = room.ports({ policy: policy.policy, onEvent: () => {} });
    const { cwd } = context;
    const job = await keepOrder(
      {
        ...{ id, argv, command, cwd, title: titleOf(command, cwd) },
        policyPath: policy.path,
        ...(account === undefined ? {} : { account }),
        ...(stdin === undefined ? {} : { stdin }),
      },
      ports,
      policy.policy,
    );
    await room.queue.add([job]);
    const renewed = new Set<string>();
    return await followJob(
      { key: id, command, policy: policy.policy, renewed, waits: options.wait, json: options.json === true },
      room,
      { context, moment },
    );
  } catch (error) {
    throw inWords(error);
  }
}

/** Short enough to be typed. */
function newId(): string {
  return `run-${BigInt(`0x${randomBytes(8).toString("hex")}`)
    .toString(36)
    .slice(-8)
    .padStart(8, "0")}`;
}

/** The policy does not have an account of that name. */
function unknownAccount(account: string, { policy, name }: PolicySource): string {
  const names = Object.keys(policy.accounts);
  const known = names.length === 0 ? "it names none" : `it has ${names.join(", ")}`;
  return `expected an account of the policy (${name ?? "the defaults"}): ${known}; got ${JSON.stringify(account.slice(0, 40))}.`;
}
