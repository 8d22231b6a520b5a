import { existsSync } from "node:fs";
import { join } from "node:path";
import { countOf } from "../../recovery/index.ts";
import { createRedactor, knownSecrets } from "../../redact/index.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { openAlerts } from "../open-alerts.ts";
import { stateDir } from "../state-dir.ts";
import { type Check, fine } from "./doctor-check.ts";
import { loadOwnPolicy, noChannels } from "./policy-file.ts";

const NAME = "channels";
/** Fewer tries in a row may be a network that was away. */
const FAILING = 3;

/** Whether those who are to be told can be, as far as it was tried. */
export async function checkChannels(context: Context, moment: Moment = systemMoment()): Promise<Check> {
  try {
    const { policy } = await loadOwnPolicy(context);
    const names = Object.keys(policy.channels);
    if (names.length === 0) return fine(NAME, `Nobody is told of failures: ${noChannels(context)}.`);
    const told = `Told are: ${names.join(", ")}. \`kedge alerts test\` tries them.`;
    if (!existsSync(join(stateDir(context), "ledger.sqlite"))) return fine(NAME, told);
    const redactor = createRedactor({ known: knownSecrets(context.env) });
    await using alerts = await openAlerts(policy, { context, moment, redactor });
    const { outbox, channels } = alerts;
    const states = await Promise.all(channels.map((channel) => outbox.channel(channel)));
    const [bad] = states.filter(({ failures, gone_ms }) => failures >= FAILING || gone_ms !== null);
    if (bad === undefined) return fine(NAME, told);
    const how =
      bad.gone_ms !== null ? "wants nothing any more" : `has failed ${countOf(bad.failures, "time")}`;
    return {
      ...{ name: NAME, state: "warning" },
      text: `The channel ${bad.channel} ${how}: ${bad.error ?? "nobody says why"}.`,
      advice: "Put it right, and try it with `kedge alerts test`.",
    };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return {
      ...{ name: NAME, state: "warning", text: error.message },
      advice: "Until it can be read, nobody is told.",
    };
  }
}
