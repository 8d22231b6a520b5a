import type { Job, LaunchContract } from "../../recovery/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { inWords } from "../open-ledger.ts";
import { followJob } from "../work/follow-job.ts";
import { letGoOn } from "../work/let-go-on.ts";
import { readAgentCommand } from "../work/new-job.ts";
import { openWork, type WorkRoom } from "../work/open-work.ts";
import { loadPolicy, namedAlerts } from "./policy-file.ts";

/** What `kedge resume` was asked for. */
export interface ResumeOptions {
  readonly policy?: string;
  /** False with `--no-wait`. */
  readonly wait: boolean;
  readonly json?: boolean;
}

/** `kedge resume <id>`: goes on with work that was put aside, or whose Kedge has died. */
export function resumeWork(
  id: string,
  options: ResumeOptions,
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  return goOn(id, { ...options, argv: [] }, context, moment);
}

/**
 * Goes on with a job: takes it over when nobody has it, waits for it when somebody has, and prints its answer when it is done already.
 *
 * @param options.argv the command that the caller gave once more; empty when none. Another one than the job's is an error
 */
export async function goOn(
  id: string,
  options: ResumeOptions & { readonly argv: readonly string[] },
  context: Context,
  moment: Moment,
): Promise<number> {
  try {
    const { key, launch } = await findWork(id, context, moment);
    if (options.argv.length > 0 && JSON.stringify(options.argv) !== JSON.stringify(launch.argv))
      throw new CommandError(
        EXIT.usage,
        `expected the command of ${key} behind --, or none, got another one.`,
      );
    const isNamed = options.policy !== undefined;
    const source = isNamed
      ? await loadPolicy(options.policy, context)
      : await loadPolicy(launch.policyPath ?? undefined, { ...context, cwd: launch.cwd });
    const { policy } = source;
    await using room = await openWork(context, moment, policy, isNamed ? namedAlerts(source) : undefined);
    const job = await room.queue.get(key);
    const say = (text: string): void => context.terminal.err(`kedge: ${text}`);
    const renewed = await letGoOn(job === null ? [] : [job], room, { moment, say });
    const command = readAgentCommand(launch.argv);
    const own = { policy, renewed, waits: options.wait, json: options.json === true };
    return await followJob({ key, command, ...own }, room, { context, moment });
  } catch (error) {
    throw inWords(error);
  }
}

/** The policy says how patient the room is, and the launch contract which policy that is. */
async function findWork(
  id: string,
  context: Context,
  moment: Moment,
): Promise<{ readonly key: string; readonly launch: LaunchContract }> {
  await using room = await openWork(context, moment);
  const { key } = await findJob(id, room);
  const reading = await room.files.readLaunch(key);
  if (reading.ok) return { key, launch: reading.launch };
  throw new CommandError(EXIT.data, `${key} cannot go on: ${reading.why}.`);
}

/**
 * Finds a job by its key or the beginning of it; the `run-` may be left out.
 *
 * @throws {CommandError} where there is not exactly one
 */
async function findJob(id: string, { queue }: WorkRoom): Promise<Job> {
  const typed = id.trim();
  const exact = (await queue.get(typed)) ?? (await queue.get(`run-${typed}`));
  if (exact !== null) return exact;
  const alike: Job[] = [];
  for (let after = 0; ; ) {
    const page = await queue.list({}, { limit: 1_000, after });
    alike.push(...page.jobs.filter(({ key }) => key.startsWith(typed) || key.startsWith(`run-${typed}`)));
    if (!page.hasMore) break;
    after = page.jobs.at(-1)?.position ?? after;
  }
  const [one, ...others] = alike;
  if (one !== undefined && others.length === 0) return one;
  const got = JSON.stringify(typed.slice(0, 60));
  if (one === undefined)
    throw new CommandError(
      EXIT.usage,
      `expected the id of work that Kedge runs, got ${got}. \`kedge status\` shows them.`,
    );
  const names = alike.slice(0, 8).map(({ key }) => key);
  throw new CommandError(
    EXIT.usage,
    `expected the id of one piece of work, got ${got}, with which ${alike.length} begin: ${names.join(", ")}${alike.length > names.length ? ", …" : ""}.`,
  );
}
