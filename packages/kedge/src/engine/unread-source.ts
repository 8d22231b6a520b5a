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
  const before = former.find((each) => each.kind === blank.kind && each.file === blank.file);
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
