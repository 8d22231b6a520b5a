import { posix } from "node:path";
import { createProblem, didYouMean } from "../../config/index.ts";
import { createRedactor, type Redactor } from "../../redact/index.ts";
import { splitWords } from "./agent-words.ts";
import type { Batch } from "./batch.ts";
import { createDescribe, type Describe } from "./batch-fields.ts";
import type { BatchOptions, BatchProblem, BatchReading } from "./batch-reading.ts";
import type { BatchFile } from "./batch-schema.ts";
import { giveKeys, type NamelessItem } from "./item-keys.ts";
import { promptNotes } from "./prompt.ts";

type ItemFile = Exclude<BatchFile["items"][number], string>;
type CommandFile = NonNullable<BatchFile["agent"]>;

/** Fills in every default of a file whose fields are sound, and checks what goes beyond one field. */
export function fillBatch(file: BatchFile, { accounts }: BatchOptions): BatchReading {
  const written = file.items.map((item): ItemFile => (typeof item === "string" ? { prompt: item } : item));
  const keyed = giveKeys(written.map((item) => fillItem(item, file)));
  const redactor = createRedactor();
  const problems = [
    ...findAgentless(file, written),
    ...findSecrets(file, redactor),
    ...written.flatMap((item, at) => findSecrets(item, redactor, ["items", at])),
    ...findUnknownAccounts(written, { file, accounts, describe: createDescribe(redactor) }),
    ...keyed.problems,
  ];
  if (problems.length > 0) return { ok: false, problems };
  const batch: Batch = {
    version: 1,
    name: file.name ?? null,
    concurrency: file.concurrency ?? 4,
    isolation: file.isolation ?? "none",
    items: keyed.items,
  };
  const said = file.items.flatMap((item, at) =>
    promptNotes(written[at]?.prompt ?? "", redactor).map((note) =>
      createProblem(typeof item === "string" ? ["items", at] : ["items", at, "prompt"], note),
    ),
  );
  return { ok: true, batch, notes: [...keyed.notes, ...said] };
}

function fillItem(item: ItemFile, batch: BatchFile): NamelessItem {
  return {
    key: item.key,
    prompt: item.prompt ?? null,
    promptFile: item.prompt_file ?? null,
    directory: plainPath(item.directory ?? batch.directory ?? "."),
    agent: [...wordsOf(item.agent ?? batch.agent ?? []), ...(item.args ?? [])],
    account: item.account ?? batch.account ?? null,
    priority: item.priority ?? 0,
  };
}

/** One spelling for one place, since it is part of what the default key stands for: `./work/` is `work`. */
function plainPath(path: string): string {
  const plain = posix.normalize(path);
  return plain.length > 1 && plain.endsWith("/") ? plain.slice(0, -1) : plain;
}

function wordsOf(command: CommandFile): readonly string[] {
  if (typeof command !== "string") return command;
  const reading = splitWords(command);
  return reading.ok ? reading.words : [];
}

function findAgentless({ agent }: BatchFile, items: readonly ItemFile[]): readonly BatchProblem[] {
  if (agent !== undefined) return [];
  const first = items.findIndex((item) => item.agent === undefined);
  const count = items.filter((item) => item.agent === undefined).length;
  if (first < 0) return [];
  const where = count === 1 ? `items[${first}]` : `${count} items, items[${first}] first`;
  const message = `expected an agent here or in every item, got none for ${where}`;
  return [{ ...createProblem(["agent"], message), otherKeys: ["items", first] }];
}

/** A command line is kept in the ledger, and every user of the machine sees it. Prompts are only noted: their words are free. */
function findSecrets(
  { agent, ...others }: Partial<BatchFile & ItemFile>,
  redactor: Redactor,
  place: readonly (string | number)[] = [],
): readonly BatchProblem[] {
  const texts = {
    // Words side by side may be a secret that each alone is not: `--api-key abc`.
    ...(agent !== undefined && { agent: wordsOf(agent).join(" ") }),
    ...(others.args !== undefined && { args: others.args.join(" ") }),
  };
  return [...Object.entries({ ...others, ...texts })]
    .filter(([field, text]) => field !== "prompt" && typeof text === "string" && redactor.text(text) !== text)
    .map(([field]) =>
      createProblem(
        [...place, field],
        "expected no secret, got what looks like one; let the agent find it in its environment",
      ),
    );
}

interface AccountFacts {
  readonly file: BatchFile;
  readonly accounts: readonly string[] | undefined;
  readonly describe: Describe;
}

function findUnknownAccounts(
  items: readonly ItemFile[],
  { file, accounts, describe }: AccountFacts,
): readonly BatchProblem[] {
  if (accounts === undefined) return [];
  const named = [
    { account: file.account, keys: ["account"] },
    ...items.map(({ account }, at) => ({ account, keys: ["items", at, "account"] })),
  ];
  return named.flatMap(({ account, keys }) => {
    if (account === undefined || accounts.includes(account)) return [];
    const message = `expected an account of the policy, got ${describe(account)}${didYouMean(account, accounts)}`;
    return [createProblem(keys, message)];
  });
}
