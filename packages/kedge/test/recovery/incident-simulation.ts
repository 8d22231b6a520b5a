/** Two processes that keep incidents and tell of them, receivers of every manner, and a clock that is set: one command at a time. */
import { DatabaseSync } from "node:sqlite";
import type { ClaimedAlert } from "../../src/recovery/alerts/claim-alert.ts";
import { type Outbox, openOutbox } from "../../src/recovery/alerts/outbox.ts";
import type { Delivery } from "../../src/recovery/channels/delivery.ts";
import type { AlertRoute, AlertRules } from "../../src/recovery/incidents/alert-rules.ts";
import { type IncidentBook, openIncidentBook } from "../../src/recovery/incidents/incident-book.ts";
import type { StoredIncident } from "../../src/recovery/incidents/incident-context.ts";
import type { FailureRow } from "../../src/recovery/ledger/schema.ts";
import { openSqliteQueue } from "../../src/recovery/queue/sqlite-queue.ts";
import { createZone, type Zone } from "../../src/recovery/reset-zone.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { checkClaim, checkKnown, checkRows, checkTold, type Witnessed } from "./incident-checks.ts";
import type { Command, MANNERS, SaidAgo } from "./incident-commands.ts";
import { DAY, failureOf, HOUR, type IncidentWorld, MINUTE, makeIncidents, SECOND } from "./incident-world.ts";

type Manner = (typeof MANNERS)[number];

interface Receiver {
  readonly name: string;
  manner: Manner;
  isServed: boolean;
  /** How often it was configured anew. */
  rule: number;
}

interface Process {
  readonly book: IncidentBook;
  readonly outbox: Outbox;
}

export interface Simulation {
  play(command: Command): Promise<void>;
  /** Lets everything come to its end, and looks whether it does. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const zone = createZone("UTC") as Zone;
const CHANNELS = ["team", "pager"];

/** @param rules their routes are replaced: the first channel gets everything, the second what is critical or of one project */
export async function createSimulation(given: AlertRules): Promise<Simulation> {
  const routes: AlertRoute[] = [];
  const rules: AlertRules = { ...given, routes };
  const world = await makeIncidents(rules);
  const file = new DatabaseSync(`${world.folder}/ledger.sqlite`);
  const receivers = CHANNELS.map((name): Receiver => ({ name, manner: "up", isServed: true, rule: 1 }));
  const processes = [await open(world, rules, 0), await open(world, rules, 0)];
  const failures = new Map<string, FailureRow>();
  /** Under way, with an answer that comes later, or never. */
  const pending: { readonly claimed: ClaimedAlert; readonly of: Outbox }[] = [];
  const seen: Witnessed = {
    rules,
    file,
    claims: [],
    hurried: new Set(),
    away: new Set(),
    jumps: 0,
    now: () => world.nowMs,
  };
  const state = { turn: 0, restarts: 0, jobs: 0 };

  const route = (): void => {
    const served = receivers.filter(({ isServed }) => isServed).map(({ name }) => name);
    routes.splice(0, routes.length, { severities: ["critical"], channels: served });
    routes.push(
      { projects: ["shop"], channels: served },
      { channels: served.filter((name) => name === "team") },
    );
  };
  route();

  const process = (): Process => processes[state.turn++ % processes.length] as Process;
  const some = <Value>(values: readonly Value[], which: number): Value | undefined =>
    values[which % values.length];
  const open_ = async (): Promise<readonly StoredIncident[]> =>
    (await world.incidents()).filter(({ resolved_ms }) => resolved_ms === null);
  const rowOf = ({ agoMs, ...said }: SaidAgo, id?: string): FailureRow => {
    const { model, window, resetMs, ...rest } = said;
    return failureOf({
      ...{ ...rest, atMs: world.nowMs - agoMs },
      ...(id === undefined ? {} : { id }),
      ...(model === undefined ? {} : { model }),
      ...(window === undefined ? {} : { window }),
      ...(resetMs === undefined ? {} : { resetMs }),
    });
  };

  /** Tries once to send through a channel; false when nothing is to be sent. */
  async function attempt(receiver: Receiver, { outbox }: Process): Promise<boolean> {
    const channel = { name: receiver.name, rule: `r${receiver.rule}` };
    const claimed = await outbox.claim(channel);
    if (claimed === null) return false;
    const { manner } = receiver;
    const claim = checkClaim(seen, claimed, { isTaken: manner === "up" || manner === "loses_answer" });
    if (manner === "hangs") {
      pending.push({ claimed, of: outbox });
      return false;
    }
    const delivery = ANSWERS[manner];
    checkTold(claim, delivery, await outbox.settle(claimed, delivery, 0));
    return true;
  }

  async function look(): Promise<void> {
    await process().outbox.sweep();
    for (const receiver of receivers) if (receiver.isServed) while (await attempt(receiver, process()));
  }

  async function pass(ms: number, stepMs = Math.max(SECOND, Math.ceil(ms / 6))): Promise<void> {
    for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
      world.nowMs += Math.min(stepMs, leftMs);
      await look();
    }
  }

  const play: { [Type in Command["type"]]: (command: Extract<Command, { type: Type }>) => unknown } = {
    async fail({ said }) {
      const rows = said.map((each) => rowOf(each));
      for (const row of rows) failures.set(row.id, row);
      await world.note(rows.map((after) => ({ after })));
    },
    async rejudge({ which, said }) {
      const before = some([...failures.values()], which);
      if (before === undefined) return;
      // What is judged anew is of the same session, at the same time; what it cost may be known only now.
      const session = before.session_id;
      const after = { ...rowOf({ ...said, session }, before.id), at_ms: before.at_ms };
      failures.set(after.id, after);
      await world.note([{ before, after }]);
    },
    async retract({ which }) {
      const before = some([...failures.values()], which);
      if (before === undefined) return;
      failures.delete(before.id);
      await world.note([{ before }]);
    },
    async prove({ session, account, model, agoMs }) {
      const sinceMs = world.nowMs - agoMs;
      await process().book.prove({
        ...{ agent: "claude-code", sessionId: session, account, sinceMs, atMs: world.nowMs },
        ...(model === undefined ? {} : { model }),
      });
    },
    async workOver({ which }) {
      const failure = some([...failures.values()], which);
      if (failure === undefined) return;
      const key = `job-${state.jobs++}`;
      await addWork(world, { key, failure });
      await process().book.workOver({ key, atMs: world.nowMs });
    },
    escalate: async ({ which }) => {
      const failure = some([...failures.keys()], which);
      if (failure !== undefined) await process().book.needsPerson(failure);
    },
    acknowledge: async ({ which }) => {
      const incident = some(await open_(), which);
      if (incident !== undefined) await process().book.acknowledge(incident.id, "ann");
    },
    resolve: async ({ which }) => {
      const incident = some(await open_(), which);
      if (incident !== undefined) await process().book.resolve(incident.id, "done");
    },
    silence: async ({ which, by, forMs }) => {
      const incident = some(await open_(), which);
      if (incident === undefined) return;
      const { id, account, cause, project } = incident;
      const wish = { incident: id, account, cause, project: project ?? "site" }[by];
      await process().book.silence({ [by]: wish, untilMs: world.nowMs + forMs });
    },
    unsilence: async ({ which }) => {
      const silence = some(await process().book.silences(), which);
      if (silence !== undefined) await process().book.endSilence(silence.id);
    },
    pass: ({ ms }) => pass(ms),
    setClock: ({ byMs }) => {
      seen.jumps++;
      world.nowMs += byMs;
    },
    receive: ({ channel, as }) => {
      const receiver = receivers[channel] as Receiver;
      // One that had enough is configured anew before it gets anything again: what it had refused it is told then.
      if (receiver.manner === "gone") receiver.rule++;
      receiver.manner = as;
    },
    answer: async ({ which }) => {
      const own = some(pending, which);
      if (own === undefined) return;
      pending.splice(pending.indexOf(own), 1);
      const claim = seen.claims.findLast(
        ({ seq, token }) => seq === own.claimed.seq && token === own.claimed.token,
      );
      if (claim === undefined) throw new Error("Expected an answer to something that was sent");
      claim.isTaken = true;
      checkTold(claim, ANSWERS.up, await own.of.settle(own.claimed, ANSWERS.up, 0));
    },
    serve: ({ channel, isServed }) => {
      const receiver = receivers[channel] as Receiver;
      receiver.isServed = isServed;
      if (!isServed) seen.away.add(receiver.name);
      route();
    },
    retry: async ({ channel }) => {
      const { name } = receivers[channel] as Receiver;
      await process().outbox.retry({ channel: name });
      for (const { seq, state } of await world.alerts()) if (state === "waiting") seen.hurried.add(seq);
    },
    // Killed between two transactions: what it was about to say is never said by it.
    restart: async ({ process: at }) => {
      const old = processes[at] as Process;
      for (let index = pending.length - 1; index >= 0; index--)
        if (pending[index]?.of === old.outbox) pending.splice(index, 1);
      await close(old);
      processes[at] = await open(world, rules, ++state.restarts);
    },
  };

  return {
    async play(command) {
      await (play[command.type] as (own: Command) => unknown)(command);
      checkRows(seen);
    },
    async settle() {
      pending.length = 0;
      for (const receiver of receivers) {
        if (receiver.manner === "gone") receiver.rule++;
        [receiver.manner, receiver.isServed] = ["up", true];
      }
      route();
      for (const { id } of await process().book.silences()) await process().book.endSilence(id);
      // Past pauses, past quiet hours, and past what is waited for.
      await pass(25 * MINUTE, MINUTE);
      await pass(24 * HOUR, HOUR);
      checkRows(seen);
      checkKnown(seen);
      await pass(40 * DAY, 12 * HOUR);
      await pass(HOUR, 10 * MINUTE);
      checkRows(seen, { isOver: true });
    },
    async close() {
      file.close();
      for (const each of processes) await close(each);
      world.close();
    },
  };
}

const ANSWERS: Readonly<Record<Exclude<Manner, "hangs">, Delivery>> = {
  up: { outcome: "delivered" },
  down: { outcome: "retry", why: "the request failed: ECONNREFUSED" },
  loses_answer: { outcome: "retry", why: "no answer in time" },
  refuses: { outcome: "refused", why: "HTTP 400" },
  gone: { outcome: "gone", why: "HTTP 410" },
};

async function open(world: IncidentWorld, rules: AlertRules, life: number): Promise<Process> {
  const now = (): number => world.nowMs;
  const stateDir = world.folder;
  const outbox = await openOutbox({
    ...{ stateDir, rules, moment: { now, zone }, holder: `p-${life}-${Math.random()}`, random: () => 0.5 },
  });
  return { outbox, book: await openIncidentBook({ stateDir, rules, now }) };
}

async function close({ outbox, book }: Process): Promise<void> {
  await outbox[Symbol.asyncDispose]();
  await book[Symbol.asyncDispose]();
}

/** A piece of work that was stopped by a failure once, and is over now. */
async function addWork(
  { folder, nowMs }: IncidentWorld,
  { key, failure: { id, session_id } }: { readonly key: string; readonly failure: FailureRow },
): Promise<void> {
  const queue = await openSqliteQueue({ stateDir: folder, redactor: createRedactor(), now: () => nowMs });
  try {
    const work = { key, account: "name:a", sessionKey: session_id, payload: {}, notBeforeMs: 0 };
    await queue.add([work]);
    const claimed = await queue.claim({ holder: "worker", key });
    if (claimed === null) throw new Error("Expected work that can begin");
    await queue.finish(claimed.lease, { state: "done", why: "done", failureId: id });
  } finally {
    await queue.close();
  }
}
