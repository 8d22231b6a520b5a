import type { Statements } from "../ledger/statements.ts";
import { dropWaiting } from "./alert-rows.ts";

/** Opens an incident again that was never over. An all-clear that was not sent yet is none. */
export function reopenIncident(statements: Statements, seq: number, nowMs: number): void {
  const { build, run } = statements;
  dropWaiting(statements, { seq, why: "it was not over" }, { nowMs });
  run(
    build
      .updateTable("incident")
      .set({
        ...{ resolved_ms: null, over_ms: null, resolution: null, note: null },
        ...{ acknowledged_ms: null, acknowledged_by: null },
      })
      .where("seq", "=", seq),
  );
}
