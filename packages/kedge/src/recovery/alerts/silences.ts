import { randomBytes } from "node:crypto";
import type { StoredIncident } from "../incidents/incident-context.ts";
import type { SilenceRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";

/** Of which incidents nothing is to be told, and until when. All that is there must fit. */
export interface SilenceWish {
  /** Id of one incident. */
  readonly incident?: string;
  /** Key of an account. */
  readonly account?: string;
  readonly cause?: string;
  readonly project?: string;
  /** Epoch ms. */
  readonly untilMs: number;
  readonly why?: string;
}

/** When the last silence ends that an incident falls under; null for none. */
export function silentUntil(
  { build, run }: Statements,
  { id, account, cause, project }: Pick<StoredIncident, "id" | "account" | "cause" | "project">,
  nowMs: number,
): number | null {
  const own = { incident: id, account, cause, project: project ?? "" };
  const rows = run(
    build
      .selectFrom("silence")
      .select("until_ms")
      .where("until_ms", ">", nowMs)
      .where((eb) =>
        eb.and(
          (["incident", "account", "cause", "project"] as const).map((column) =>
            eb.or([eb(column, "is", null), eb(column, "=", own[column])]),
          ),
        ),
      )
      .orderBy("until_ms", "desc")
      .limit(1),
  );
  return rows[0]?.until_ms ?? null;
}

/** @returns its id */
export function addSilence({ build, run }: Statements, wish: SilenceWish, nowMs: number): string {
  const { incident = null, account = null, cause = null, project = null, untilMs, why = null } = wish;
  const id = `sil-${randomBytes(4).toString("hex")}`;
  run(
    build
      .insertInto("silence")
      .values({ id, incident, account, cause, project, made_ms: nowMs, until_ms: untilMs, why }),
  );
  return id;
}

/** Silences that hold, the one that ends first in front. */
export function readSilences({ build, run }: Statements, nowMs: number): readonly SilenceRow[] {
  return run(build.selectFrom("silence").selectAll().where("until_ms", ">", nowMs).orderBy("until_ms"));
}

/** Ends a silence; what it put off is due. @returns whether there was one */
export function endSilence({ build, run }: Statements, id: string, nowMs: number): boolean {
  const [silence] = run(
    build.selectFrom("silence").select("until_ms").where("id", "=", id).where("until_ms", ">", nowMs),
  );
  if (silence === undefined) return false;
  run(build.updateTable("silence").set({ until_ms: nowMs }).where("id", "=", id));
  run(
    build
      .updateTable("alert")
      .set({ due_ms: nowMs })
      .where("state", "=", "waiting")
      .where("due_ms", "=", silence.until_ms),
  );
  return true;
}
