import { createHash } from "node:crypto";
import { basename, resolve } from "node:path";
import { isJsonObject } from "../../protocol/index.ts";
import {
  type BatchItem,
  batchSlug,
  itemDigest,
  type Job,
  type JsonValue,
  type NewJob,
  type Policy,
  type SupervisorPorts,
} from "../../recovery/index.ts";
import type { BatchSource } from "../batch-file.ts";
import { CommandError, EXIT } from "../command-error.ts";
import { keepOrder, readAgentCommand } from "./new-job.ts";
import { ensureWorktree } from "./worktree.ts";

/** An item with its job. */
interface ItemJob {
  readonly item: BatchItem;
  /** Key of the job. */
  readonly id: string;
}

/** A batch as the queue has it. */
export interface PlannedBatch {
  /** The same for every run of the same batch. */
  readonly id: string;
  /** As people see it. */
  readonly name: string;
  /** In the order of the file. */
  readonly items: readonly ItemJob[];
  /** Items that had no job yet. */
  readonly fresh: readonly ItemJob[];
  /** Items that are another piece of work than the last time. */
  readonly changed: readonly ItemJob[];
}

/**
 * The batch that a file or standard input means: by its name and the directory that it is for, else by where its file is, else by what it
 * says. Two projects may have batches of one name.
 */
export function batchId({ batch, file, baseDir }: BatchSource): {
  readonly id: string;
  readonly name: string;
} {
  const { name, items } = batch;
  if (name !== null) return { id: `${batchSlug(name)}-${short(`${name}\0${baseDir}`)}`, name };
  if (file !== null)
    return { id: `${batchSlug(basename(file).replace(/\.\w+$/, ""))}-${short(file)}`, name: basename(file) };
  return { id: `stdin-${short(JSON.stringify([baseDir, items.map(itemDigest)]))}`, name: "standard input" };
}

/**
 * Finds the job of each item: the newest one of its key.
 *
 * @param options.again whether items that failed, or were cancelled, are begun once more
 */
export function planBatch(
  source: BatchSource,
  jobs: readonly Job[],
  { again }: { readonly again: boolean },
): PlannedBatch {
  const { id, name } = batchId(source);
  const known = newestJobs(jobs);
  const fresh: ItemJob[] = [];
  const changed: ItemJob[] = [];
  const items = source.batch.items.map((item): ItemJob => {
    const job = known.get(item.key);
    const { generation = 0, digest } = job === undefined ? {} : readPayload(job.payload);
    const isLeft = job?.state === "cancelled" || job?.state === "failed" || job?.state === "degraded";
    if (job === undefined || (isLeft && (again || job.state === "cancelled"))) {
      const planned = { item, id: jobId(id, item.key, generation + 1) };
      fresh.push(planned);
      return planned;
    }
    const planned = { item, id: job.key };
    if (digest !== itemDigest(item)) changed.push(planned);
    return planned;
  });
  return { id, name, items, fresh, changed };
}

function newestJobs(jobs: readonly Job[]): ReadonlyMap<string, Job> {
  const known = new Map<string, Job>();
  // They come in the order in which they were added.
  for (const job of jobs) {
    const { item } = readPayload(job.payload);
    if (item !== undefined) known.set(item, job);
  }
  return known;
}

/** A key that was begun anew has the number of its beginning behind it. */
function jobId(batch: string, item: string, generation: number): string {
  return `${batch}~${item}${generation > 1 ? `~${generation}` : ""}`;
}

function readPayload(payload: JsonValue): {
  readonly item?: string;
  readonly generation?: number;
  readonly digest?: string;
} {
  if (!isJsonObject(payload)) return {};
  const { item, generation, digest } = payload;
  return {
    ...(typeof item === "string" ? { item } : {}),
    ...(typeof generation === "number" ? { generation } : {}),
    ...(typeof digest === "string" ? { digest } : {}),
  };
}

/** A longer one goes to the agent's standard input: systems have bounds for one argument. */
const MAX_ARGUMENT_BYTES = 64 * 1024;

/** How the agent of an item is called: with its prompt behind `--`, where nothing takes it for an option, or with it on standard input. */
function callOf({ agent, prompt }: BatchItem): {
  readonly argv: readonly string[];
  readonly stdin?: Uint8Array;
} {
  const text = prompt ?? "";
  const bytes = Buffer.from(text);
  return bytes.length > MAX_ARGUMENT_BYTES ? { argv: agent, stdin: bytes } : { argv: [...agent, "--", text] };
}

/**
 * Reads the commands of all items.
 *
 * @throws {CommandError} with every item that cannot be run unattended
 */
export function checkCommands(source: BatchSource): void {
  const problems: string[] = [];
  for (const item of source.batch.items) {
    try {
      if (readAgentCommand(item.agent).prompt !== undefined)
        problems.push(`${item.key}: its agent has a prompt already, besides the item's own`);
      else readAgentCommand(callOf(item).argv);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problems.push(`${item.key}: ${error.message}`);
    }
  }
  if (problems.length === 0) return;
  const shown = problems.slice(0, MAX_SHOWN).map((problem) => `\n  ${problem}`);
  const more = problems.length > MAX_SHOWN ? `\n  and ${problems.length - MAX_SHOWN} more.` : "";
  throw new CommandError(
    EXIT.data,
    `expected a batch of commands that run unattended (${source.name}).${shown.join("")}${more}`,
  );
}

const MAX_SHOWN = 20;

/** Keeps how the fresh items of a batch are launched, and makes their jobs. */
export async function keepItems(
  planned: PlannedBatch,
  {
    source,
    policy,
    policyPath,
    stateDir,
  }: {
    readonly source: BatchSource;
    readonly policy: Policy;
    readonly policyPath: string | null;
    readonly stateDir: string;
  },
  ports: SupervisorPorts,
): Promise<readonly NewJob[]> {
  const jobs: NewJob[] = [];
  for (const { item, id } of planned.fresh) {
    const call = callOf(item);
    const own = resolve(source.baseDir, item.directory);
    const cwd =
      source.batch.isolation === "worktree"
        ? await ensureWorktree({ directory: own, id, branch: branchOf(planned.id, id), stateDir }, ports)
        : own;
    const order = await keepOrder(
      {
        ...{ id, ...call, command: readAgentCommand(call.argv), cwd, title: item.key, policyPath },
        ...{ batch: planned.id, priority: item.priority, digest: itemDigest(item) },
        ...(item.account === null ? {} : { account: item.account }),
      },
      ports,
      policy,
    );
    const generation = Number(/~(\d+)$/.exec(id.slice(`${planned.id}~${item.key}`.length))?.[1] ?? 1);
    jobs.push({ ...order, payload: { ...(order.payload as object), item: item.key, generation } });
  }
  return jobs;
}

/** Git refuses some names that keys may have, and some disks take names for one that differ by case. */
function branchOf(batch: string, id: string): string {
  const name = id.slice(batch.length + 1).replaceAll("~", "-");
  const isPlain = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(name) && !name.endsWith(".lock");
  return `kedge/${batch}/${isPlain ? name : `${batchSlug(name)}-${short(id)}`}`;
}

function short(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
