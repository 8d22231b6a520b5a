import type { RequestLimits } from "./messages-client.ts";

/** Why a request was ended from here. */
type EndedBy = "caller" | "no_first_byte" | "idle" | "timeout";

/** The clocks of one request. */
export interface RequestTimers {
  readonly signal: AbortSignal;
  /** Who or what ended the request; null while nobody has. */
  readonly endedBy: EndedBy | null;
  /** Something came. */
  touch(): void;
  /** The last event came. */
  awaitEnd(): void;
  /** The request is over: no timer is left. */
  stop(): void;
}

/** Starts the clocks of a request: until the first byte, between bytes, behind the last event, and for all of it. */
export function startTimers(caller: AbortSignal, limits: RequestLimits): RequestTimers {
  const controller = new AbortController();
  let endedBy: EndedBy | null = null;
  let idle: NodeJS.Timeout | undefined;
  const end = (why: EndedBy): void => {
    endedBy ??= why;
    controller.abort();
  };
  const wait = (ms: number): void => {
    clearTimeout(idle);
    if (endedBy === null) idle = setTimeout(() => end("idle"), ms);
  };
  const onCaller = (): void => end("caller");
  const total = setTimeout(() => end("timeout"), limits.totalMs);
  idle = setTimeout(() => end("no_first_byte"), limits.firstByteMs);
  if (caller.aborted) onCaller();
  else caller.addEventListener("abort", onCaller, { once: true });
  return {
    signal: controller.signal,
    get endedBy() {
      return endedBy;
    },
    touch: () => wait(limits.idleMs),
    awaitEnd: () => wait(limits.endMs),
    stop() {
      clearTimeout(idle);
      clearTimeout(total);
      caller.removeEventListener("abort", onCaller);
    },
  };
}
