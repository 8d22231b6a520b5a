import type { SharedGovernor } from "../governor/shared-governor-api.ts";
import type { WaitFiles } from "./wait-files.ts";

/**
 * The places that woken sessions have on their accounts. A session at a terminal goes on for hours, and nobody here sees it end: it holds its place
 * for the time in which one request is answered at most, and then counts as a person's own.
 */
export interface Places {
  /** A session was woken. */
  take(sessionId: string, account: string): void;
  /** Its refusal has given its place back already. */
  lose(sessionId: string): void;
  /** It is over. */
  giveBack(sessionId: string): Promise<void>;
  /** Gives back what was held for long enough; all of it where `isOver`. */
  giveBackOld(options?: { readonly isOver: boolean }): Promise<void>;
}

const HELD_MS = 600_000;

/** @param options.governor,options.files for what a supervisor that died has left: its sessions are counted, and have been woken */
export function createPlaces({
  governor,
  files,
  now,
}: {
  readonly governor: Pick<SharedGovernor, "ended" | "views">;
  readonly files: Pick<WaitFiles, "tries">;
  readonly now: () => number;
}): Places {
  const held = new Map<string, { readonly account: string; readonly sinceMs: number }>();
  let isTakenOver = false;
  const takeOver = async (): Promise<void> => {
    for (const { account, admitted } of await governor.views())
      for (const sessionId of admitted)
        if (!held.has(sessionId) && (await files.tries(sessionId)).length > 0)
          held.set(sessionId, { account, sinceMs: now() });
    isTakenOver = true;
  };
  const giveBack = async (sessionId: string): Promise<void> => {
    const place = held.get(sessionId);
    if (place === undefined) return;
    await governor.ended({ account: place.account, sessionId });
    held.delete(sessionId);
  };
  return {
    take: (sessionId, account) => void held.set(sessionId, { account, sinceMs: now() }),
    lose: (sessionId) => void held.delete(sessionId),
    giveBack,
    async giveBackOld({ isOver = false } = { isOver: false }) {
      if (!isTakenOver && !isOver) await takeOver();
      // A clock that was put back makes nothing last longer.
      for (const [sessionId, { sinceMs }] of held)
        if (isOver || Math.abs(now() - sinceMs) >= HELD_MS) await giveBack(sessionId);
    },
  };
}
