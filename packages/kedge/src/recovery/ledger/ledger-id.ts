import type { Statements } from "./statements.ts";

/** By what this ledger is told apart from those of other machines. */
export function readLedgerId({ build, run }: Statements): string {
  const [row] = run(build.selectFrom("ledger_id").select("id"));
  return row?.id ?? "";
}
