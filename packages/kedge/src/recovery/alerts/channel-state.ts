import type { ChannelStateRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";

/** Pauses after tries that failed, ms: soon at first, then as often as a person would look. */
const PAUSES_MS = [5_000, 30_000, 120_000, 300_000, 600_000, 900_000] as const;
/** Of a pause so much is left to chance, so that not all that failed together are tried together. */
const JITTER = 0.2;

/** A channel of the policy, as far as its state depends on it. */
export interface ChannelFacts {
  readonly name: string;
  /** Digest of its rule. */
  readonly rule: string;
}

/** How a channel stands; as new where nothing is known of it, or where it is configured otherwise than then. */
export function readChannelState({ build, run }: Statements, { name, rule }: ChannelFacts): ChannelStateRow {
  const [row] = run(build.selectFrom("channel_state").selectAll().where("channel", "=", name));
  return row?.rule === rule
    ? row
    : {
        channel: name,
        rule,
        failures: 0,
        next_ms: 0,
        written_ms: 0,
        told_ms: row?.told_ms ?? null,
        gone_ms: null,
        error: null,
      };
}

/** Whether a channel that is known is configured otherwise than when something was learnt of it. */
export function isConfiguredAnew({ build, run }: Statements, { name, rule }: ChannelFacts): boolean {
  const [row] = run(build.selectFrom("channel_state").select("rule").where("channel", "=", name));
  return row !== undefined && row.rule !== rule;
}

export function writeChannelState({ build, run }: Statements, row: ChannelStateRow): void {
  const { channel: _channel, ...change } = row;
  run(
    build
      .insertInto("channel_state")
      .values(row)
      .onConflict((conflict) => conflict.column("channel").doUpdateSet(change)),
  );
}

/** Epoch ms: until when a channel is left alone; 0 when it may be asked now. A pause by a clock that was put back since is none. */
export function pausedUntil(
  { next_ms, written_ms }: Pick<ChannelStateRow, "next_ms" | "written_ms">,
  nowMs: number,
): number {
  return next_ms > nowMs && written_ms <= nowMs ? next_ms : 0;
}

/** How long a channel is left alone after so many failures in a row, ms. */
export function pauseMs(failures: number, random: () => number): number {
  const pause = PAUSES_MS[Math.min(Math.max(failures, 1), PAUSES_MS.length) - 1] ?? 0;
  return Math.round(pause * (1 - JITTER + 2 * JITTER * random()));
}
