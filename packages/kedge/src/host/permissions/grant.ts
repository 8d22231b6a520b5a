import type { HeldCheck } from "../files/write-held.ts";

/** What a permitted call may read or change. */
export interface Grant {
  /** Where its path led when it was judged, without links; null for calls without a path. */
  readonly path: string | null;
  /** The protected place that somebody let it change, knowing that it would; null for none. */
  readonly place: string | null;
}

/** Holds a call that only reads to what was permitted, whoever swaps it for a link meanwhile. */
export function readingCheck(grant: Grant | null): HeldCheck {
  return async ({ path }) => {
    if (grant === null) return `Nobody has permitted to read ${path}.`;
    return leadsElsewhere(grant, path, "Nothing was read.");
  };
}

/**
 * Holds a call to what was permitted. Between the judgement and the writing lie handlers and people, and time enough to swap a folder for
 * a link: so it is judged again by what is held.
 *
 * @param placeOf the protected place that a held path is in, or null
 */
export function grantCheck(
  grant: Grant | null,
  placeOf: (held: Parameters<HeldCheck>[0]) => Promise<string | null>,
): HeldCheck {
  return async (held) => {
    if (grant === null) return `Nobody has permitted to change ${held.path}.`;
    const elsewhere = leadsElsewhere(grant, held.path, "Nothing was changed.");
    if (elsewhere !== null) return elsewhere;
    if (grant.place !== null) return null;
    const place = await placeOf(held);
    return place === null ? null : `${place} is protected now. Nothing was changed.`;
  };
}

function leadsElsewhere({ path }: Grant, now: string, effect: string): string | null {
  return now === path ? null : `This was permitted for ${path}, and leads to ${now} now. ${effect}`;
}
