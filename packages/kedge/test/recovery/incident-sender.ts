/** One of many processes that tell people: `node incident-sender.ts STATE_DIR URL AHEAD_MS`. It sends what is due until it is ended. */
import { tmpdir } from "node:os";
import { createChildProcesses } from "../../src/platform/index.ts";
import { openOutbox } from "../../src/recovery/alerts/outbox.ts";
import { sendAlerts } from "../../src/recovery/alerts/sender.ts";
import { createChannel } from "../../src/recovery/channels/open-channels.ts";
import { UNTOLD } from "../../src/recovery/incidents/alert-rules.ts";
import { createZone, type Zone } from "../../src/recovery/reset-zone.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { webhookTo } from "./channel-world.ts";

const [stateDir = "", url = "", aheadMs = "0"] = process.argv.slice(2);
/** One clock for all of them, so far ahead of that of the machine. */
const now = (): number => Date.now() + Number(aheadMs);

const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
await using children = createChildProcesses();
const moment = { now, zone: createZone("UTC") as Zone };
await using outbox = await openOutbox({
  ...{ stateDir, rules: UNTOLD, moment, holder: `sender-${process.pid}`, random: Math.random },
});
const ports = { env: {}, homeDir: tmpdir(), now, children, redactor: createRedactor() };
const channel = { ...createChannel("team", webhookTo(url), ports), rule: "r1" };
await sendAlerts({ outbox, channels: [channel], signal: stop.signal });
