import type { FailureRow } from "../../recovery/index.ts";
import type { Context } from "../context.ts";
import type { Moment } from "../moment.ts";
import type { StopSignals } from "../work/stop-signals.ts";
import type { Fence } from "./fence.ts";
import type { HealthBook } from "./health.ts";
import type { UpOrder } from "./up-order.ts";
import type { UpRoom } from "./up-room.ts";

/** Everything that a `kedge up` that runs has at hand. */
export interface Running extends UpOrder {
  readonly context: Context;
  readonly moment: Moment;
  readonly fence: Fence;
  readonly signals: StopSignals;
  readonly health: HealthBook;
  readonly own: UpRoom;
  /** Logs failures as they become known. */
  readonly show: (failures: readonly FailureRow[]) => void;
}
