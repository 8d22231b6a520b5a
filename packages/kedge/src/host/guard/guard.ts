import type { LeftProcesses } from "../../platform/index.ts";
import { isInside } from "../paths.ts";
import { foldName, type ProtectedNames } from "../permissions/protected-names.ts";
import { acceptPath } from "./accept-path.ts";
import { type Difference, differencesOf, pathOf } from "./differences.ts";
import type { Snapshot } from "./entry.ts";
import { createFileClock } from "./file-clock.ts";
import { createKeptVersions } from "./kept-versions.ts";
import { isOrdinary } from "./ordinary.ts";
import { stillOwed, withOwed } from "./owed.ts";
import { findPlaces, type GuardedFolders } from "./places.ts";
import { type GuardReport, isNothing, joinReports, NOTHING } from "./report.ts";
import { createScanner } from "./scan.ts";
import { removeEmptied, undo, whyGone } from "./undo.ts";
import { createUsedFolders } from "./used-folders.ts";
import { widened, withNewPlaces } from "./widened.ts";

/** A command that runs in sight of the guard. */
interface GuardToken {
  /** Protected places that it may change: names, as `.git`, or absolute paths. */
  readonly mayChange: readonly string[];
  /** When it began. */
  readonly since: number;
}

/**
 * Looks after protected files while commands run that may do anything: what a command changes there is put back when it has ended.
 * Looks come one after the other, however many commands run at once. Nothing here rejects for what a command does.
 */
export interface Guard {
  /** A command is about to run. */
  before(mayChange?: readonly string[]): Promise<GuardToken>;
  /** It has ended. Tells what was put back since the last look, whichever command did it. */
  after(token: GuardToken): Promise<GuardReport>;
  /**
   * Makes a change that was permitted, so that it is not taken for one of a command which runs meanwhile.
   *
   * @param path what is changed; absolute
   */
  accepts<T>(path: string, change: () => Promise<T>): Promise<T>;
  /**
   * Lets somebody who is trusted change a path, for as long as it takes: looks go on meanwhile. What stands there at the first look after
   * that counts as permitted.
   *
   * @param path what may be changed; absolute
   * @returns says that it is over, and whether it can have been changed
   */
  permits(path: string): (isChanged: boolean) => void;
  /** Looks a last time, when no command runs any more. */
  close(): Promise<GuardReport>;
}

export interface GuardOptions {
  readonly names: ProtectedNames;
  /** What is looked after, as it is now. */
  readonly folders: () => GuardedFolders;
  /** Where versions are kept that were taken away, for all sessions. */
  readonly keptDir: string;
  readonly sessionId: string;
  /** Private to the session. */
  readonly temporaryDir: string;
  /** Epoch ms. */
  readonly now: () => number;
  readonly left: LeftProcesses;
  /** Hears of everything that was put back, at once. */
  readonly onReport: (report: GuardReport) => void;
  /** Hears once that there is more than is looked at. */
  readonly onTooMuch: () => void;
}

/** Looks in a row at which something may have to be put back; a program that goes on changing it is met again at the next call. */
const MAX_ROUNDS = 3;

export function createGuard(options: GuardOptions): Guard {
  return new RunningGuard(options);
}

class RunningGuard implements Guard {
  private readonly options: GuardOptions;
  private readonly scanner;
  private readonly kept;
  private readonly used = createUsedFolders();
  private readonly active = new Set<GuardToken>();
  private readonly permitted = new Set<{ readonly path: string; isOver: boolean }>();
  /** How things have to be; null when no command runs, for then anybody may change them. */
  private baseline: Snapshot | null = null;
  /** What could not be put back, and was told of: it is tried again at each look, until somebody else has changed it. */
  private owed: readonly Difference[] = [];
  /** Since when processes may have been left behind by commands that have ended. */
  private leftSince: number | null = null;
  /** What was found before a command began, for whoever is told next. */
  private untold: GuardReport = NOTHING;
  private saidTooMuch = false;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(options: GuardOptions) {
    this.options = options;
    this.scanner = createScanner(options.names, createFileClock(options.temporaryDir));
    this.kept = createKeptVersions(options.keptDir, options.sessionId, options.now);
  }

  before(mayChange: readonly string[] = []): Promise<GuardToken> {
    return this.enqueue(async () => {
      // Before the look, so that what a process does last is seen by it.
      const isAnyLeft = this.leftSince !== null && (await this.isAnyLeft(this.leftSince));
      this.untold = joinReports(this.untold, await this.look());
      if (!isAnyLeft) this.leftSince = null;
      await this.renewBaseline();
      const token = { mayChange, since: this.options.left.moment() };
      this.active.add(token);
      return token;
    });
  }

  after(token: GuardToken): Promise<GuardReport> {
    return this.enqueue(async () => {
      let report = this.untold;
      try {
        // Before the look, so that what a process does after it is seen at the next.
        if (await this.isAnyLeft(token.since))
          this.leftSince = Math.min(this.leftSince ?? token.since, token.since);
        report = joinReports(report, await this.look());
      } finally {
        // What it was permitted ends with it, whatever became of the look; the next one finds what this one did not.
        this.active.delete(token);
      }
      this.untold = NOTHING;
      if (!this.isWatching) this.baseline = null;
      return report;
    });
  }

  accepts<T>(path: string, change: () => Promise<T>): Promise<T> {
    return this.enqueue(async () => {
      if (this.baseline === null) return change();
      this.untold = joinReports(this.untold, await this.look());
      try {
        return await change();
      } finally {
        const { baseline } = this;
        if (baseline !== null)
          this.baseline = await acceptPath(baseline, await this.scanner.look(baseline.places, true), path);
      }
    });
  }

  permits(path: string): (isChanged: boolean) => void {
    const permit = { path, isOver: false };
    this.permitted.add(permit);
    return (isChanged) => {
      permit.isOver = true;
      if (!isChanged) this.permitted.delete(permit);
    };
  }

  close(): Promise<GuardReport> {
    return this.enqueue(async () => {
      const report = joinReports(this.untold, await this.look());
      this.baseline = null;
      return report;
    });
  }

  private get isWatching(): boolean {
    return this.active.size > 0 || this.leftSince !== null;
  }

  /** Where nothing runs, anybody may have changed everything meanwhile. Else a place may have been added, and nothing more. */
  private async renewBaseline(): Promise<void> {
    const old = this.isWatching ? this.baseline : null;
    const found = findPlaces(this.options.folders(), this.options.names);
    const places = old === null ? found : withNewPlaces(old.places, found);
    if (places.length === old?.places.length) return;
    const now = await this.scanner.look(places, old !== null);
    this.used.note(now);
    if (old === null) this.owed = stillOwed(this.owed, now);
    this.baseline = old === null ? withOwed(now, this.owed) : widened(old, now);
    this.tellTooMuch(now);
  }

  private isAnyLeft(since: number): Promise<boolean> {
    const trees = this.baseline?.places.filter(({ kind }) => kind === "tree") ?? [];
    return this.options.left.isAnyLeft(since, (folder) => trees.some(({ path }) => isInside(path, folder)));
  }

  /** Puts back what has changed since the last look. */
  private async look(): Promise<GuardReport> {
    const over = [...this.permitted].filter(({ isOver }) => isOver);
    const report = this.baseline === null ? NOTHING : await this.putBack(this.baseline);
    for (const permit of over) this.permitted.delete(permit);
    if (!isNothing(report)) tell(() => this.options.onReport(report));
    return report;
  }

  private async putBack(baseline: Snapshot): Promise<GuardReport> {
    let report = NOTHING;
    for (let round = 0; ; round++) {
      const { after, all, strays } = await this.compare(baseline);
      const failed = new Set(report.notRestored.map(({ path }) => path));
      const wrong = strays.filter((each) => !failed.has(pathOf(each)));
      if (wrong.length === 0 || round === MAX_ROUNDS) {
        const why = "there is too much of it, or a program goes on changing it";
        const notRestored = wrong.map((each) => ({ path: pathOf(each), why }));
        return this.settle(after, strays, joinReports(report, { undone: [], notRestored }));
      }
      const found = await undo(wrong, { after, kept: this.kept });
      removeEmptied(all, found);
      report = joinReports(report, found);
    }
  }

  /** What is not as it was, and what of it nobody permitted. */
  private async compare(before: Snapshot) {
    const after = await this.scanner.look(before.places, true);
    this.tellTooMuch(after);
    const { used } = this;
    const all = differencesOf(before, after);
    const strays = all.filter(
      (each) => !this.isPermitted(each) && !isOrdinary(each, { before, after, used }),
    );
    return { after, all, strays };
  }

  /** From now on things have to be as they are, but for what is owed. Gives what is to be told. */
  private settle(after: Snapshot, strays: readonly Difference[], report: GuardReport): GuardReport {
    const told = new Set(stillOwed(this.owed, after).map(pathOf));
    this.owed = strays.filter(({ before }) => before === null || whyGone(before) === null);
    this.used.note(after);
    this.baseline = withOwed(after, this.owed);
    return { ...report, notRestored: report.notRestored.filter(({ path }) => !told.has(path)) };
  }

  private isPermitted(difference: Difference): boolean {
    const path = pathOf(difference);
    // What git obeys is `.git`, wherever its folder is and whatever it is called.
    const isOfGit = (difference.before ?? difference.after)?.gitDir != null;
    const names = [...difference.path.split("/").map(foldName), ...(isOfGit ? [".git"] : [])];
    const covers = (place: string): boolean =>
      place.includes("/") ? isInside(place, path) : names.includes(foldName(place));
    return (
      this.active.values().some(({ mayChange }) => mayChange.some(covers)) ||
      this.permitted.values().some((permit) => isInside(permit.path, path))
    );
  }

  private tellTooMuch({ isTooMuch }: Snapshot): void {
    if (!isTooMuch || this.saidTooMuch) return;
    this.saidTooMuch = true;
    tell(this.options.onTooMuch);
  }

  private enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.tail.then(work);
    this.tail = done.catch(() => undefined); // its own caller hears of it
    return done;
  }
}

/** Tells somebody outside, whose failure keeps nothing from being put back, and takes no command its outcome. */
function tell(say: () => void): void {
  try {
    say();
  } catch {
    // what was found is in the report of the command as well
  }
}
