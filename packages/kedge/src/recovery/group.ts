import { hash } from "node:crypto";
import type { Evidence } from "./evidence.ts";
import type { WitnessRecord } from "./witness.ts";

/** The witnesses of one failure. */
export interface FailureGroup {
  /** In the order of their instants. */
  readonly witnesses: readonly WitnessRecord[];
  /** Witnesses that say again what one of the same kind has said. */
  readonly duplicates: readonly WitnessRecord[];
}

/** A failure with the id under which it is known from now on. */
export interface NamedGroup extends FailureGroup {
  readonly id: string;
}

/** Witnesses of one failure speak within this time of each other, in ms. */
const JOIN_MS = 60_000;

/** Two entries that were installed twice speak within this time of each other, in ms. */
const DUPLICATE_MS = 2_000;

/** What belongs together from the beginning: one witness, or all that was said of one run of a process. */
interface Unit {
  readonly records: readonly WitnessRecord[];
  /** Epoch ms: of the last of them. A run says early what its limits are, and fails as it ends. */
  readonly atMs: number;
}

/**
 * Joins the witnesses of one session into failures. Pure, and the same for every order in which they were taken in: a witness that comes late
 * finds its place.
 *
 * Two witnesses belong together when they speak of the same prompt and subagent, as far as they say, within a minute; of one kind there
 * is one in each failure. Those of one run of a process are one. That a session ended is no failure by itself.
 */
export function groupWitnesses(records: readonly WitnessRecord[]): readonly FailureGroup[] {
  const telling = records.filter(tellsOfFailure);
  // When forty sessions stop, most say one thing each.
  if (telling.length < 2) return telling.map((only) => ({ witnesses: [only], duplicates: [] }));
  const units = toUnits(telling.toSorted(byInstant));
  const groups: { units: Unit[]; duplicates: WitnessRecord[] }[] = [];
  for (const unit of units) {
    const near = nearestFirst(groups, unit.atMs - JOIN_MS - DUPLICATE_MS);
    const [only] = unit.records;
    const twin = near.find((group) => only && unit.records.length === 1 && hasTwin(only, group.units));
    if (twin) {
      twin.duplicates.push(...unit.records);
      continue;
    }
    const home = near.find((group) => belongs(unit, group.units));
    if (home) home.units.push(unit);
    else groups.push({ units: [unit], duplicates: [] });
  }
  return groups.map(({ units: own, duplicates }) => ({
    witnesses: own.flatMap((unit) => unit.records).toSorted(byInstant),
    duplicates,
  }));
}

function toUnits(sorted: readonly WitnessRecord[]): readonly Unit[] {
  const runs = Map.groupBy(sorted, ({ id, evidence }) => evidence.runId ?? `alone ${id}`);
  return [...runs.values()]
    .map((records) => ({ records, atMs: records.at(-1)?.evidence.atMs ?? 0 }))
    .toSorted((a, b) => a.atMs - b.atMs || compareIds(a.records[0], b.records[0]));
}

/**
 * Gives the failures of one session their ids. One of which a witness is known already keeps its own, whatever came before it meanwhile: people
 * have written it down.
 *
 * @param known ids of failures by the ids of their witnesses
 * @param isGone whether a failure of that id was purged: no other one ever has it
 */
export function nameGroups(
  groups: readonly FailureGroup[],
  known: ReadonlyMap<string, string> = new Map(),
  isGone: (id: string) => boolean = () => false,
): readonly NamedGroup[] {
  const taken = new Set<string>();
  const kept = groups.map((group) => {
    const own = everyWitness(group).map(({ id }) => known.get(id));
    const id = own.find((each) => each !== undefined && !taken.has(each));
    if (id !== undefined) taken.add(id);
    return id;
  });
  for (const id of known.values()) taken.add(id);
  const newId = createNaming((id) => taken.has(id) || isGone(id));
  return groups.map((group, at) => {
    const id = kept[at] ?? newId(group);
    taken.add(id);
    return { ...group, id };
  });
}

/** All witnesses of a failure, duplicates behind. */
export function everyWitness({ witnesses, duplicates }: FailureGroup): readonly WitnessRecord[] {
  return duplicates.length === 0 ? witnesses : [...witnesses, ...duplicates];
}

/** Groups that began at an instant or later, the latest first. They come in the order in which they begin. */
function nearestFirst<Group extends { readonly units: readonly Unit[] }>(
  groups: readonly Group[],
  fromMs: number,
): readonly Group[] {
  const near: Group[] = [];
  for (let at = groups.length - 1; at >= 0; at--) {
    const group = groups[at];
    if (!group || (group.units[0]?.atMs ?? 0) < fromMs) break;
    near.push(group);
  }
  return near;
}

/** Whether a witness speaks of a failure. That a session began or ended is none. */
export function tellsOfFailure({ evidence }: WitnessRecord): boolean {
  return evidence.witness !== "session_end_hook" && evidence.witness !== "session_start_hook";
}

function byInstant(a: WitnessRecord, b: WitnessRecord): number {
  return a.evidence.atMs - b.evidence.atMs || compareIds(a, b);
}

function compareIds(a: WitnessRecord | undefined, b: WitnessRecord | undefined): number {
  return (a?.id ?? "") < (b?.id ?? "") ? -1 : 1;
}

function belongs(unit: Unit, units: readonly Unit[]): boolean {
  return units.every(
    (other) =>
      Math.abs(other.atMs - unit.atMs) <= JOIN_MS &&
      other.records.every(({ evidence }) => unit.records.every((own) => agree(own.evidence, evidence))),
  );
}

/** Whether two witnesses can speak of one failure. */
function agree(one: Evidence, other: Evidence): boolean {
  return (
    other.witness !== one.witness &&
    // A run fails once.
    (other.runId === undefined || one.runId === undefined) &&
    isSameOrSilent(other.promptId, one.promptId) &&
    // The main loop and a subagent fail apart.
    other.subagent?.id === one.subagent?.id
  );
}

function hasTwin(record: WitnessRecord, units: readonly Unit[]): boolean {
  return units.some((unit) => unit.records.some((other) => isDuplicate(record, other)));
}

/** An entry that is installed twice says everything twice; what a transcript has twice happened twice. */
function isDuplicate({ evidence }: WitnessRecord, { evidence: other }: WitnessRecord): boolean {
  return (
    evidence.witness === "stop_failure_hook" &&
    other.witness === evidence.witness &&
    other.promptId === evidence.promptId &&
    other.subagent?.id === evidence.subagent?.id &&
    other.kind === evidence.kind &&
    other.message === evidence.message &&
    Math.abs(other.atMs - evidence.atMs) <= DUPLICATE_MS
  );
}

function isSameOrSilent(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}

/**
 * Makes ids: of the session, the prompt, the subagent and the number among failures of those, so that they are the same in whatever order
 * witnesses come.
 */
function createNaming(isTaken: (id: string) => boolean): (group: FailureGroup) => string {
  const numbers = new Map<string, number>();
  return ({ witnesses }) => {
    const first = witnesses[0]?.evidence;
    const promptId =
      witnesses.find(({ evidence }) => evidence.promptId !== undefined)?.evidence.promptId ?? "";
    const key = [first?.agent, first?.sessionId, promptId, first?.subagent?.id ?? ""].join("\n");
    for (let number = (numbers.get(key) ?? 0) + 1; ; number++) {
      const id = `f_${hash("sha256", `${key}\n${number}`).slice(0, 20)}`;
      if (isTaken(id)) continue;
      numbers.set(key, number);
      return id;
    }
  };
}
