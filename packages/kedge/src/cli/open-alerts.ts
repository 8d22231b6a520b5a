import { createHash, randomInt, randomUUID } from "node:crypto";
import { type ChildProcesses, createChildProcesses } from "../platform/index.ts";
import {
  type Channel,
  createChannel,
  type Outbox,
  openOutbox,
  type Policy,
  type SendingChannel,
} from "../recovery/index.ts";
import type { Redactor } from "../redact/index.ts";
import type { Context } from "./context.ts";
import type { Moment } from "./moment.ts";
import { inWords } from "./open-ledger.ts";
import { stateDir } from "./state-dir.ts";

/** A channel of the policy, ready to be sent through. */
type OpenChannel = Channel & SendingChannel;

/** What is told, and through what. */
export interface AlertRoom extends AsyncDisposable {
  readonly outbox: Outbox;
  readonly channels: readonly OpenChannel[];
}

/**
 * Opens the outbox of this user and the channels of the policy.
 *
 * @throws {CommandError} when the ledger cannot be used
 */
export async function openAlerts(
  policy: Policy,
  {
    context,
    moment,
    redactor,
  }: { readonly context: Context; readonly moment: Moment; readonly redactor: Redactor },
): Promise<AlertRoom> {
  await using opened = new AsyncDisposableStack();
  try {
    const random = (): number => randomInt(2 ** 32) / 2 ** 32;
    const holder = `cli-${process.pid}-${randomUUID()}`;
    const outbox = opened.use(
      await openOutbox({ stateDir: stateDir(context), rules: policy.alerts, moment, holder, random }),
    );
    const children = opened.use(createChildProcesses());
    const channels = openChannels(policy, { context, moment, redactor, children });
    const all = opened.move();
    return { outbox, channels, [Symbol.asyncDispose]: () => all.disposeAsync() };
  } catch (error) {
    throw inWords(error);
  }
}

/** Opens the channels of a policy. */
export function openChannels(
  policy: Policy,
  {
    context: { env, homeDir },
    moment,
    redactor,
    children,
  }: {
    readonly context: Context;
    readonly moment: Moment;
    readonly redactor: Redactor;
    readonly children: ChildProcesses;
  },
): readonly OpenChannel[] {
  const ports = { env, homeDir, now: moment.now, children, redactor };
  return Object.entries(policy.channels).map(([name, rule]): OpenChannel => {
    const digest = createHash("sha256").update(JSON.stringify(rule)).digest("hex").slice(0, 16);
    return { ...createChannel(name, rule, ports), rule: digest };
  });
}
