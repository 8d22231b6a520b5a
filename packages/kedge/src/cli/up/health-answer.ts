import type { Moment } from "../moment.ts";
import { version } from "../version.ts";
import type { HealthBook } from "./health.ts";
import type { HealthAnswer } from "./health-server.ts";

/** What the health endpoint answers: how each part does. */
export function healthAnswer({
  health,
  moment,
}: {
  readonly health: HealthBook;
  readonly moment: Moment;
}): () => HealthAnswer {
  const startedMs = moment.now();
  return () => {
    const { isWell, parts } = health.read();
    return {
      isWell,
      body: {
        status: isWell ? "ok" : "failing",
        ...{ version, pid: process.pid, startedAt: new Date(startedMs).toISOString() },
        parts: parts.map(({ name, isWell: isPartWell, wellMs, trouble }) => ({
          ...{ name, ok: isPartWell, trouble },
          lastOkAt: wellMs === null ? null : new Date(wellMs).toISOString(),
        })),
      },
    };
  };
}
