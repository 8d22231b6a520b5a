import { createChildProcesses } from "../../platform/index.ts";
import { BEAT_EVERY_MS, type PingKind, type Policy, ping } from "../../recovery/index.ts";
import { createRedactor, knownSecrets } from "../../redact/index.ts";
import type { Context } from "../context.ts";
import type { Moment } from "../moment.ts";
import { openChannels } from "../open-alerts.ts";
import { stateDir } from "../state-dir.ts";
import { createLedgerAlarm, type LedgerTrouble } from "./ledger-alarm.ts";
import type { UpLog } from "./up-log.ts";

/** What of `kedge up` reaches people without the ledger: a ping to somebody outside, and the alarm that nothing can be kept. */
export interface Outside extends AsyncDisposable {
  /**
   * Pings when it is time, and tells what is to be told.
   *
   * @param isWell false: the ping says that something stands in the way
   * @param trouble what stands in the way of the ledger; null for nothing
   */
  look(isWell: boolean, trouble: LedgerTrouble | null): Promise<void>;
}

/** Opens it. Nothing is sent before the first look. */
export function openOutside(
  policy: Policy,
  { context, moment, log }: { readonly context: Context; readonly moment: Moment; readonly log: UpLog },
): Outside {
  const { env, homeDir } = context;
  const { now } = moment;
  const children = createChildProcesses();
  const redactor = createRedactor({ known: knownSecrets(env) });
  const channels = openChannels(policy, { context, moment, redactor, children });
  const alarm = createLedgerAlarm(channels, { moment, log, name: stateDir(context) });
  const rule = policy.watch.ping;
  let pingedMs: number | null = null;
  let said: string | null = null;
  const tell = async (kind: PingKind): Promise<void> => {
    if (rule === null) return;
    const why = await ping(kind, { url: rule.url, env, homeDir, now });
    if (why !== null && why !== said)
      log({ level: "warning", event: "ping", words: `nobody outside could be told that this lives: ${why}` });
    said = why;
  };
  const pingInTime = async (isWell: boolean): Promise<void> => {
    const nowMs = now();
    // A little early rather than one look late.
    const pauseMs = (rule?.everyMs ?? 0) - BEAT_EVERY_MS / 2;
    if (pingedMs !== null && Math.abs(nowMs - pingedMs) < pauseMs) return;
    const kind = !isWell ? "fail" : pingedMs === null ? "start" : "alive";
    pingedMs = nowMs;
    await tell(kind);
  };
  return {
    async look(isWell, trouble) {
      await Promise.all([pingInTime(isWell), alarm.look(trouble)]);
    },
    [Symbol.asyncDispose]: () => children[Symbol.asyncDispose](),
  };
}
