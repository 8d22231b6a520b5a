import type { LookupFunction } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ChildProcesses } from "../../platform/index.ts";
import { firstLine } from "../../protocol/index.ts";
import type { Redactor } from "../../redact/index.ts";
import type { AlertMessage } from "../incidents/alert-message.ts";
import type { ChannelRule, ChannelType } from "../policy/channel.ts";
import type { Attempt } from "./attempt.ts";
import { cleanMessage } from "./clean-message.ts";
import { sendCommand } from "./command.ts";
import { CLEANUP_MS, type Delivery, WORK_MS } from "./delivery.ts";
import { sendDesktop } from "./desktop.ts";
import { sendEmail } from "./email.ts";
import { sendNtfy } from "./ntfy.ts";
import { sendPagerduty } from "./pagerduty.ts";
import { sendSlack } from "./slack.ts";
import { sendWebhook } from "./webhook.ts";

/** A way to tell people something. */
export interface Channel {
  readonly name: string;
  readonly type: ChannelType;
  /** Between two messages at least so long, ms. */
  readonly minIntervalMs: number;
  /**
   * Tries once to deliver a message. Ends within 15 seconds, and never throws.
   *
   * @param signal ends it early; the outcome is then `retry`, and the message may have arrived all the same
   */
  send(message: AlertMessage, signal?: AbortSignal): Promise<Delivery>;
}

/** What channels need from outside. */
export interface ChannelPorts {
  /** Kedge's own environment: secrets are looked up in it, and it names the proxy. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** Epoch ms. */
  readonly now: () => number;
  readonly children: Pick<ChildProcesses, "run">;
  /** Everything that leaves passes it. */
  readonly redactor: Pick<Redactor, "text">;
  /** Resolves names; default the system's resolver. */
  readonly lookup?: LookupFunction;
  /** As `process.platform` has it, which is the default. */
  readonly platform?: string;
  /** After which a try is given up, ms; default 13 s. What was begun is cleaned up within two more. */
  readonly timeoutMs?: number;
}

/** Slack takes about one message a second from a webhook. Others have no such limit, or say so when it is reached. */
const SLACK_INTERVAL_MS = 1_000;

const MAX_WHY = 200;

/** Opens a channel of the policy. Nothing is read or sent before the first message; secrets are read for each. */
export function createChannel(name: string, rule: ChannelRule, ports: ChannelPorts): Channel {
  const { redactor, timeoutMs = WORK_MS } = ports;
  const { env, homeDir, now, children, lookup, platform = process.platform } = ports;
  const bound = (why: string): string => firstLine(redactor.text(why), MAX_WHY);
  return {
    name,
    type: rule.type,
    minIntervalMs: rule.type === "slack" ? SLACK_INTERVAL_MS : 0,
    async send(message, signal) {
      const limit = AbortSignal.timeout(timeoutMs);
      const attempt: Attempt = {
        ...{ env, homeDir, now, children, lookup, platform },
        signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      };
      const delivery = await within(timeoutMs + CLEANUP_MS, () =>
        sendBy(rule, cleanMessage(message, redactor), attempt),
      );
      return delivery.outcome === "delivered" ? delivery : { ...delivery, why: bound(delivery.why) };
    },
  };
}

/** Exactly what the type of a channel does with a message. */
function sendBy(rule: ChannelRule, message: AlertMessage, attempt: Attempt): Promise<Delivery> {
  switch (rule.type) {
    case "webhook":
      return sendWebhook(message, rule, attempt);
    case "slack":
      return sendSlack(message, rule, attempt);
    case "pagerduty":
      return sendPagerduty(message, rule, attempt);
    case "email":
      return sendEmail(message, rule, attempt);
    case "ntfy":
      return sendNtfy(message, rule, attempt);
    case "desktop":
      return sendDesktop(message, attempt);
    case "command":
      return sendCommand(message, rule, attempt);
  }
}

/** Neither what nobody thought of nor a file system that hangs may hold up other channels. */
async function within(ms: number, work: () => Promise<Delivery>): Promise<Delivery> {
  const timer = new AbortController();
  const late = sleep(ms, { outcome: "retry", why: "no answer in time" } as const, { signal: timer.signal });
  try {
    return await Promise.race([work(), late]);
  } catch {
    // What it says may quote anything, secrets included.
    return { outcome: "retry", why: "not sent: something unexpected went wrong" };
  } finally {
    timer.abort();
    late.catch(() => "nobody waits for the timer any more");
  }
}
