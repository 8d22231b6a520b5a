import { setTimeout as sleep } from "node:timers/promises";
import { isRecoveryError } from "../errors.ts";
import type { SupervisorPorts } from "./ports.ts";

/** A ledger that cannot be used for so long is given up, ms. */
export const GIVE_UP_MS = 120_000;

/** Between two tries, ms: each of them tries for seconds itself where somebody else writes. */
const PAUSE_MS = 250;

/**
 * The same ports, which try again what a ledger that cannot be used has refused: one that another process holds, or whose disk is full. The
 * files of jobs are on the same disk.
 *
 * An attempt costs money and hours, so that its end is not given up for a pause of seconds. Nobody can take the job meanwhile: that is a write to
 * the same file.
 */
export function patientPorts(ports: SupervisorPorts): SupervisorPorts {
  const { queue, governor, ledger, incidents, files } = ports;
  return {
    ...ports,
    ...{ queue: patient(queue), governor: patient(governor), ledger: patient(ledger) },
    ...{ incidents: patient(incidents), files: patient(files) },
  };
}

/** What was refused so was not written (`LEDGER_NOT_USABLE`), so that it can be said again. */
function patient<Port extends object>(port: Port): Port {
  return new Proxy(port, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== "function") return method;
      return (...args: unknown[]): Promise<unknown> =>
        whenUsable(() => Promise.resolve(method.apply(target, args) as unknown));
    },
  });
}

async function whenUsable<T>(work: () => Promise<T>): Promise<T> {
  const givesUpAt = performance.now() + GIVE_UP_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isPassing = isRecoveryError(error) && error.code === "LEDGER_NOT_USABLE";
      if (!isPassing || performance.now() > givesUpAt) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
