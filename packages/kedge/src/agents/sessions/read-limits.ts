import { isJsonObject, type JsonObject } from "../../protocol/index.ts";
import { numberAt, textAt } from "../transcripts/read-tail.ts";
import { known } from "./known.ts";

/** One window of a plan. */
interface WindowFacts {
  readonly status?: string;
  /** Used share: 1 is all of it. */
  readonly utilization?: number;
  /** Epoch ms. */
  readonly resetAtMs?: number;
}

/** One `rate_limit_event`; the fields are those of evidence. */
export interface LimitFacts {
  readonly atMs: number;
  readonly status?: string;
  readonly window?: string;
  readonly resetAtMs?: number;
  readonly utilization?: number;
  readonly windows?: Readonly<Record<string, WindowFacts>>;
  readonly overage?: WindowFacts;
  readonly errorCode?: string;
}

const MAX_WINDOWS = 20;
/** What is later than the year 5138 in seconds is meant in milliseconds; some versions are said to give them. */
const MAX_SECONDS = 1e11;

/**
 * Reads a `rate_limit_event`. What is malformed is left out.
 *
 * @source recorded streams of Claude Code 2.1.329
 */
export function readLimits(event: JsonObject, atMs: number): LimitFacts {
  const info = isJsonObject(event.rate_limit_info) ? event.rate_limit_info : {};
  const windows = isJsonObject(info.unifiedWindows) ? readWindows(info.unifiedWindows) : {};
  const overage = known({
    status: textAt(info, "overageStatus"),
    resetAtMs: instant(info, "overageResetsAt"),
  });
  return {
    atMs,
    ...known({
      ...{ status: textAt(info, "status"), window: textAt(info, "rateLimitType") },
      ...{ resetAtMs: instant(info, "resetsAt"), utilization: share(info) },
      windows: Object.keys(windows).length > 0 ? windows : undefined,
      overage: Object.keys(overage).length > 0 ? overage : undefined,
      errorCode: textAt(info, "errorCode"),
    }),
  };
}

function readWindows(windows: JsonObject): Readonly<Record<string, WindowFacts>> {
  const found = Object.entries(windows).slice(0, MAX_WINDOWS);
  return Object.fromEntries(
    found.flatMap(([name, window]) => {
      if (!isJsonObject(window)) return [];
      const { status, utilization, resetAtMs } = {
        ...{ status: textAt(window, "status"), utilization: share(window) },
        resetAtMs: instant(window, "resetsAt"),
      };
      return [[name, known({ status, utilization, resetAtMs })]];
    }),
  );
}

function share(value: JsonObject): number | undefined {
  const found = numberAt(value, "utilization");
  return found !== undefined && found >= 0 ? found : undefined;
}

function instant(value: JsonObject, key: string): number | undefined {
  const found = numberAt(value, key);
  if (found === undefined || found <= 0) return undefined;
  return found > MAX_SECONDS ? found : found * 1_000;
}
