import { sql } from "kysely";
import type { Delivery } from "../channels/delivery.ts";
import type { AlertRules } from "../incidents/alert-rules.ts";
import type { StoredAlert } from "../incidents/incident-context.ts";
import { sweepIncidents } from "../incidents/sweep-incidents.ts";
import type { ChannelStateRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";
import { openQueueDatabase } from "../queue/queue-database.ts";
import type { Moment } from "../time-words.ts";
import { type ChannelFacts, isConfiguredAnew, pausedUntil, readChannelState } from "./channel-state.ts";
import { type ClaimedAlert, claimAlert } from "./claim-alert.ts";
import { GIVE_UP_MS, settleAlert } from "./settle-alert.ts";

/** How an outbox is opened. */
export interface OutboxOptions {
  /** Folder of Kedge's state; alerts are in the ledger's file. */
  readonly stateDir: string;
  readonly rules: AlertRules;
  readonly moment: Moment;
  /** Names this process. */
  readonly holder: string;
  /** From 0 up to, and without, 1. */
  readonly random: () => number;
}

/** Messages that wait to be told, for all processes of one machine. */
export interface Outbox extends AsyncDisposable {
  /** Epoch ms. */
  now(): number;
  /**
   * Reminds of incidents that last, plans to tell them to whoever was told nothing, ends those of which nothing was heard for too long, and gives
   * up what nobody could deliver.
   */
  sweep(): Promise<void>;
  /** Takes the next message of a channel that is due; null when there is none now. */
  claim(channel: ChannelFacts): Promise<ClaimedAlert | null>;
  /** Notes what became of it; false when somebody else had taken it over. */
  settle(claimed: ClaimedAlert, delivery: Delivery, minIntervalMs: number): Promise<boolean>;
  /** Adds a message that tries a channel; returns its id. */
  addTest(channel: string): Promise<string>;
  /** The newest messages first. */
  list(filter?: { readonly limit?: number; readonly open?: boolean }): Promise<readonly StoredAlert[]>;
  channel(channel: ChannelFacts): Promise<ChannelStateRow>;
  /** Makes messages due now that wait, or were given up; returns how many. */
  retry(filter: { readonly ids?: readonly string[]; readonly channel?: string }): Promise<number>;
  /** Epoch ms: when the first message of a channel is due; null for none, and for a channel that wants none. */
  nextDue(channel: ChannelFacts): Promise<number | null>;
  /**
   * Waits no longer for others that come in the same alert: for a process that is about to end, after which nobody may be there to send it. What
   * may be over before anybody needs to be told waits on, unless a person has to act.
   */
  hasten(channels: readonly string[]): Promise<void>;
}

const DEFAULT_LIMIT = 50;

/** @throws {RecoveryError} `LEDGER_NEWER`, `LEDGER_NOT_USABLE` */
export async function openOutbox(options: OutboxOptions): Promise<Outbox> {
  const { stateDir, rules, moment, holder, random } = options;
  const database = await openQueueDatabase(stateDir);
  const now = (): number => Math.floor(moment.now());
  return {
    now,
    sweep: () =>
      database.write((statements) => {
        const nowMs = now();
        followClock(statements, nowMs);
        sweepIncidents(statements, { nowMs, rules });
        giveUpOld(statements, nowMs);
      }),
    claim: (channel) =>
      database.write((statements) => claimAlert(statements, channel, { holder, moment, rules })),
    settle: (claimed, delivery, minIntervalMs) =>
      database.write((statements) =>
        settleAlert(statements, claimed, delivery, { nowMs: now(), rules, minIntervalMs, random }),
      ),
    addTest: (channel) =>
      database.write(({ build, run }) => {
        const nowMs = now();
        const id = `test-${nowMs.toString(36)}.${Math.floor(random() * 1e9).toString(36)}.${channel}`;
        run(
          build.insertInto("alert").values({
            ...{ id, channel, kind: "test", state: "waiting", created_ms: nowMs, due_ms: nowMs },
            ...{ attempts: 0, token: 0 },
          }),
        );
        return id;
      }),
    list: ({ limit = DEFAULT_LIMIT, open = false } = {}) =>
      database.read(({ build, run }) =>
        run(
          build
            .selectFrom("alert")
            .selectAll()
            .$if(open, (query) => query.where("state", "in", ["waiting", "sending", "dead"]))
            .orderBy("seq", "desc")
            .limit(limit),
        ),
      ),
    channel: (channel) => database.read((statements) => readChannelState(statements, channel)),
    retry: ({ ids, channel }) =>
      database.write(({ build, run }) => {
        const nowMs = now();
        const woken = run(
          build
            .updateTable("alert")
            .set({ state: "waiting", due_ms: nowMs, created_ms: nowMs, ended_ms: null, error: null })
            .where("state", "in", ["waiting", "dead"])
            .$if(ids !== undefined, (query) => query.where("id", "in", ids ?? []))
            // A test that failed has said what it was to say.
            .$if(ids === undefined, (query) => query.where("kind", "<>", "test"))
            .$if(channel !== undefined, (query) => query.where("channel", "=", channel ?? ""))
            .returning("channel"),
        );
        const channels = [...new Set(woken.map((each) => each.channel))];
        if (channels.length > 0)
          run(
            build
              .updateTable("channel_state")
              .set({ next_ms: 0, failures: 0, gone_ms: null })
              .where("channel", "in", channels),
          );
        return woken.length;
      }),
    nextDue: (channel) =>
      database.read((statements) => {
        const { build, run } = statements;
        // Whoever takes its next message begins anew with it, and finds out what that is.
        if (isConfiguredAnew(statements, channel)) return now();
        const state = readChannelState(statements, channel);
        if (state.gone_ms !== null) return null;
        const [first] = run(
          build
            .selectFrom("alert")
            .select("due_ms")
            .where("channel", "=", channel.name)
            .where("state", "in", ["waiting", "sending"])
            .orderBy("due_ms")
            .limit(1),
        );
        return first === undefined ? null : Math.max(first.due_ms, pausedUntil(state, now()));
      }),
    hasten: (channels) =>
      database.write(({ build, run }) => {
        const nowMs = now();
        if (channels.length === 0) return;
        run(
          build
            .updateTable("alert")
            .set({ due_ms: nowMs })
            .where("channel", "in", [...channels])
            .where("state", "=", "waiting")
            .where("kind", "=", "open")
            .where("due_ms", ">", nowMs)
            .where((eb) =>
              eb.or([
                eb("due_ms", "<=", nowMs + rules.groupWaitMs),
                eb(
                  "incident_seq",
                  "in",
                  build.selectFrom("incident").select("seq").where("owner", "=", "person"),
                ),
              ]),
            ),
        );
      }),
    async [Symbol.asyncDispose]() {
      database.close();
    },
  };
}

/** A clock that was put back must not keep for years what was to be told in minutes. */
function followClock({ build, run }: Statements, nowMs: number): void {
  run(
    build
      .updateTable("alert")
      .set((eb) => ({ due_ms: eb(eb("due_ms", "+", nowMs), "-", eb.ref("created_ms")), created_ms: nowMs }))
      .where("state", "=", "waiting")
      .where("created_ms", ">", nowMs),
  );
}

/** What nobody has sent in all that time never goes out by itself: its channel is not there any more, or wants nothing. */
function giveUpOld({ build, run }: Statements, nowMs: number): void {
  run(
    build
      .updateTable("alert")
      .set({
        ...{ state: "dead", ended_ms: nowMs },
        error: sql<string>`'given up after 80 h: ' || coalesce(error, 'nobody has sent it')`,
      })
      .where("state", "=", "waiting")
      .where("due_ms", "<=", nowMs - GIVE_UP_MS),
  );
}
