import type { Selectable } from "kysely";
import type { AlertRow, IncidentRow } from "../ledger/schema.ts";
import type { AlertRules } from "./alert-rules.ts";

/** What incidents are kept by. */
export interface IncidentContext {
  /** Epoch ms. */
  readonly nowMs: number;
  readonly rules: AlertRules;
}

/** An incident as it is stored. */
export type StoredIncident = Selectable<IncidentRow>;

/** An alert as it is stored. */
export type StoredAlert = Selectable<AlertRow>;
