import { takeFingerprint } from "./fingerprint.ts";
import type { Source } from "./source.ts";

/** What could not be read, and why. */
interface Failure {
  /** As the file is called for people. */
  readonly file: string;
  readonly message: string;
}

/**
 * A source that could not be read, for a reason that says nothing of what stands there: what it said before counts, so that an error
 * that passes opens no gate. It is read again at the next event.
 *
 * @param blank whose it is, and nothing else
 * @param former what was in force before
 */
export function asBefore(blank: Source, { file, message }: Failure, former: readonly Source[]): Source {
  const before = findBefore(blank, former);
  const { isFromProject, isForced } = blank;
  return {
    ...(before ?? blank),
    // Who brings it is known, and may have changed.
    ...{ isFromProject, isUnread: true },
    ...(isForced === undefined ? {} : { isForced }),
    problems: [
      {
        ...{ severity: "error", code: "unreadable", file, path: "" },
        ...{ expected: "a file that can be read", came: message },
        effect: before
          ? "What it said before counts until it can be read."
          : "Nothing of it is in force until it can be read.",
        advice: "",
      },
    ],
  };
}

/** Milliseconds for which a file that says nothing any more may be one that is just being saved. */
const SAVING_MS = 1_000;

/**
 * A file that said something before and is no JSON now. Most programs save in place: they empty the file, and write it after that. So
 * what it said before counts for a moment, and the file is read again at the next event; if it is broken still, it is broken.
 *
 * Counted from the first look at it and not from its change time, which is that of another machine where files come from one.
 */
export function whileSaved(broken: Source, former: readonly Source[]): Source {
  const before = findBefore(broken, former);
  if (!before || before.digest === broken.digest) return broken;
  const look = takeFingerprint([broken.file]);
  const saving = before.saving?.look === look ? before.saving : { look, since: performance.now() };
  if (performance.now() - saving.since >= SAVING_MS) return broken;
  return { ...before, isUnread: true, saving };
}

function findBefore({ kind, file }: Source, former: readonly Source[]): Source | undefined {
  return former.find((each) => each.kind === kind && each.file === file);
}
