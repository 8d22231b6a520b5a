import { drainAlerts } from "../../recovery/index.ts";
import { EXIT } from "../command-error.ts";
import { tell } from "../open-ledger.ts";
import type { Running } from "./running.ts";
import { partsOfOneLook } from "./up-parts.ts";

/** How long what is due is tried to be told, ms. */
const TELL_MS = 15_000;
/** The right to be the only one is kept so often, ms. */
const RENEW_MS = 10_000;

/** Looks at everything once, tells what is due, and comes back. */
export async function lookOnce(running: Running): Promise<number> {
  const { room, log, context, fence, show } = running;
  const timer = setInterval(() => void fence.renew().catch(() => "it is tried again"), RENEW_MS);
  try {
    const { ingester } = await room.records.spool();
    const done = await ingester.drain();
    tell(done, room.records, context);
    show(done.failures);
    for (const part of partsOfOneLook(running)) await part.work();
    const { outbox, channels } = room.alerts;
    await outbox.sweep();
    const told = await drainAlerts({ outbox, channels, withinMs: TELL_MS });
    log({ level: "info", event: "done", words: `looked at everything once; ${told} told` });
    return EXIT.ok;
  } finally {
    clearInterval(timer);
  }
}
