import { countOf, drainAlerts, type SentAlert, sendAlerts } from "../../recovery/index.ts";
import type { AlertRoom } from "../open-alerts.ts";

/** Incidents are looked after so often, ms. */
const SWEEP_EVERY_MS = 30_000;

/** A process that ends tries for so long to tell what is due, ms. */
const LAST_TRY_MS = 15_000;

/** What telling needs beside the channels. */
export interface TellingPorts {
  /** Gets a line for people about each channel that was told something, or could not be. */
  readonly say: (words: string) => void;
  /** Whether another process will send what is left. */
  readonly isTakenOver: () => Promise<boolean>;
  /** Aborted: what is left at the end waits. */
  readonly hurry: AbortSignal;
  /** Gets, with every look at incidents, what stands in the way of telling; null for nothing. */
  readonly onHealth?: (trouble: string | null) => void;
}

/**
 * Tells people of incidents for as long as a process works: begins to send what is due, each channel by itself, and to look after incidents
 * that last. Disposed of, it tells what is due within 15 seconds, unless another process will do that.
 */
export function startTelling(room: AlertRoom, ports: TellingPorts): AsyncDisposable {
  const { outbox, channels } = room;
  const stop = new AbortController();
  const { onSent, onTrouble, failing } = createTeller(ports);
  const sweep = async (): Promise<void> => {
    try {
      await outbox.sweep();
      ports.onHealth?.(failing());
    } catch (error) {
      onTrouble(error);
      ports.onHealth?.(wordsOf(error));
    }
  };
  let swept = sweep();
  const timer = setInterval(() => {
    swept = sweep();
  }, SWEEP_EVERY_MS);
  timer.unref();
  const own = { outbox, channels, signal: stop.signal, hurry: ports.hurry, onSent, onTrouble };
  const sending = sendAlerts(own).catch((error: unknown) => {
    // Of a mistake of ours: nothing more is sent from here.
    onTrouble(error);
    clearInterval(timer);
    ports.onHealth?.(wordsOf(error));
  });
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stop.abort();
      // It may be what there is to tell.
      await Promise.all([swept, sending]);
      if (channels.length === 0 || (await ports.isTakenOver())) return;
      try {
        await outbox.hasten(channels.map(({ name }) => name));
        await drainAlerts({ outbox, channels, withinMs: LAST_TRY_MS, signal: ports.hurry, onSent });
        const left = (await outbox.list({ open: true })).filter(({ state }) => state !== "dead").length;
        if (left > 0)
          ports.say(
            `${countOf(left, "message")} to be told later: \`kedge up\`, or the next command that works, sends ${left === 1 ? "it" : "them"}`,
          );
      } catch (error) {
        onTrouble(error);
      }
    },
  };
}

/** So many tries in a row, and a channel counts as one that cannot be told. */
const FAILING = 3;

/** Says what was told, and once for each channel what stands in its way. */
function createTeller({ say }: TellingPorts): {
  onSent(sent: SentAlert): void;
  onTrouble(trouble: unknown): void;
  /** A channel that cannot be told, and why; null for none. */
  failing(): string | null;
} {
  const said = new Map<string, string>();
  const failed = new Map<string, { readonly tries: number; readonly why: string }>();
  const sayOnce = (name: string, words: string): void => {
    if (said.get(name) !== words) say(words);
    said.set(name, words);
  };
  return {
    onSent({ channel, message, delivery }) {
      if (delivery.outcome === "delivered") {
        said.delete(channel);
        failed.delete(channel);
        say(`told ${channel}: ${message.title}`);
        return;
      }
      const tries = (failed.get(channel)?.tries ?? 0) + 1;
      failed.set(channel, { tries, why: delivery.why });
      sayOnce(channel, `${channel} could not be told: ${delivery.why}`);
    },
    failing() {
      const [first] = [...failed].filter(([, { tries }]) => tries >= FAILING);
      return first === undefined ? null : `${first[0]} cannot be told: ${first[1].why}`;
    },
    onTrouble(trouble) {
      sayOnce("", `nobody can be told now: ${wordsOf(trouble)}`);
    },
  };
}

function wordsOf(trouble: unknown): string {
  return trouble instanceof Error ? trouble.message : String(trouble);
}
