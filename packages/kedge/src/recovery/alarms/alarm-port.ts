import type { IncidentBook } from "../incidents/incident-book.ts";

/** Where alarms go. */
export type AlarmPort = Pick<IncidentBook, "raise" | "clear" | "list">;
