import type { Policy } from "../../recovery/index.ts";
import type { WorkRoom } from "../work/open-work.ts";
import type { StopSignals } from "../work/stop-signals.ts";
import type { Outside } from "./outside.ts";
import type { UpLog } from "./up-log.ts";

/** What is to be looked after. */
export interface UpOrder {
  readonly policy: Policy;
  readonly room: WorkRoom;
  readonly outside: Outside;
  readonly signals: StopSignals;
  readonly log: UpLog;
  /** Port of the health endpoint; null for none. */
  readonly port: number | null;
  /** Look at everything once, tell what is due, and come back. */
  readonly once: boolean;
}
