/** How one part of `kedge up` does. Times are epoch ms. */
interface PartHealth {
  readonly name: string;
  readonly isWell: boolean;
  /** When it did its work for the last time; null before the first. */
  readonly wellMs: number | null;
  /** What stands in its way, in one line for people; null for nothing. */
  readonly trouble: string | null;
}

/** How `kedge up` does. */
interface Health {
  readonly isWell: boolean;
  readonly parts: readonly PartHealth[];
}

/** The part that tells people: what stands in its way is a receiver, and not the ledger. */
export const ALERTS_PART = "alerts";

/** Keeps how the parts do. */
export interface HealthBook {
  /** A part has done its work. */
  well(name: string): void;
  /** Something stands in its way. @returns whether that is news */
  trouble(name: string, words: string): boolean;
  read(): Health;
  /** Of the parts that need the ledger: since when something stands in their way, epoch ms, and what; null for nothing. */
  ledgerTrouble(): { readonly sinceMs: number; readonly why: string } | null;
}

interface Part {
  readonly quietMs: number;
  wellMs: number | null;
  troubleMs: number | null;
  trouble: string | null;
}

/**
 * Makes the book.
 *
 * @param limits for each part, how long it may say nothing, ms: then it hangs
 */
export function createHealthBook(limits: Readonly<Record<string, number>>, now: () => number): HealthBook {
  const startedMs = now();
  const parts = new Map<string, Part>();
  const partOf = (name: string): Part => {
    const part = parts.get(name) ?? {
      ...{ quietMs: limits[name] ?? Number.POSITIVE_INFINITY, wellMs: null, troubleMs: null, trouble: null },
    };
    parts.set(name, part);
    return part;
  };
  for (const name of Object.keys(limits)) partOf(name);
  const read = (): readonly PartHealth[] =>
    [...parts].map(([name, { wellMs, quietMs, trouble }]) => {
      const hangs = now() - (wellMs ?? startedMs) > quietMs;
      const words = trouble ?? (hangs ? "it has not done its work for too long" : null);
      return { name, isWell: words === null, wellMs, trouble: words };
    });
  return {
    well(name) {
      Object.assign(partOf(name), { wellMs: now(), troubleMs: null, trouble: null });
    },
    trouble(name, words) {
      const part = partOf(name);
      const isNews = part.trouble !== words;
      part.troubleMs ??= now();
      part.trouble = words;
      return isNews;
    },
    read() {
      const all = read();
      return { isWell: all.every(({ isWell }) => isWell), parts: all };
    },
    ledgerTrouble() {
      const troubled = [...parts].flatMap(([name, { troubleMs, trouble }]) =>
        troubleMs === null || trouble === null || name === ALERTS_PART
          ? []
          : [{ sinceMs: troubleMs, why: trouble }],
      );
      return troubled.toSorted((a, b) => a.sinceMs - b.sinceMs)[0] ?? null;
    },
  };
}
