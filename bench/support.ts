/** What every benchmark needs: fair timing, plain statistics, and results that say where they come from. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";

/** One thing to time: returns when the work is done, at once or by its promise. */
export type Subject = () => unknown | Promise<unknown>;

export interface Timing {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface Comparison {
  readonly rounds: number;
  readonly a: Timing;
  readonly b: Timing;
  /** Median of b/a over pairs: above 1, `a` is the faster one. */
  readonly ratio: number;
}

export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  readonly node: string;
  /** ISO time of the run. */
  readonly date: string;
  /** Commit that was measured, with `-dirty` when files differ from it; null outside of a commit. */
  readonly commit: string | null;
}

/**
 * Times `a` and `b` in pairs, one right after the other, so that load on the machine meets both alike.
 *
 * Which of the two goes first changes from round to round. A tenth of the rounds is run before as warm-up.
 */
export async function interleave(options: {
  readonly a: Subject;
  readonly b: Subject;
  readonly rounds: number;
}): Promise<Comparison> {
  const { a, b, rounds } = options;
  for (let round = 0; round < Math.ceil(rounds / 10); round++) {
    await a();
    await b();
  }
  const pairs: { readonly a: number; readonly b: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) {
      const first = await time(a);
      pairs.push({ a: first, b: await time(b) });
    } else {
      const first = await time(b);
      pairs.push({ a: await time(a), b: first });
    }
  }
  return {
    rounds,
    a: summarise(pairs.map((pair) => pair.a)),
    b: summarise(pairs.map((pair) => pair.b)),
    ratio: median(pairs.map((pair) => pair.b / pair.a)),
  };
}

/** Runs the subject once and returns its milliseconds. */
export async function time(subject: Subject): Promise<number> {
  const started = performance.now();
  const result = subject();
  // Awaiting a plain value costs a turn of the event loop, which would be counted as work.
  if (result instanceof Promise) await result;
  return performance.now() - started;
}

export function summarise(samplesMs: readonly number[]): Timing {
  return { p50Ms: median(samplesMs), p95Ms: percentile(samplesMs, 95) };
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined)
    throw new RangeError("Expected at least one value, got none");
  return (lower + upper) / 2;
}

/** The smallest value that `percent` per cent of the values do not exceed (nearest rank). */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((x, y) => x - y);
  const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  if (value === undefined) throw new RangeError("Expected at least one value, got none");
  return value;
}

export function machineFacts(): MachineFacts {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    date: new Date().toISOString(),
    commit: readCommit(),
  };
}

function readCommit(): string | null {
  const git = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: import.meta.dirname,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  try {
    const head = git("rev-parse", "--short=12", "HEAD");
    // Results are written by the run itself, so they do not count as a difference.
    const changes = git(
      "status",
      "--porcelain",
      "--untracked-files=no",
      "--",
      ":/",
      ":(exclude,top)bench/results",
    );
    return changes === "" ? head : `${head}-dirty`;
  } catch {
    return null; // no git, no repository or no commit yet
  }
}

/**
 * Writes `bench/results/NAME.json` with the facts of this machine.
 *
 * @returns the path written
 */
export function writeResults(name: string, results: unknown): string {
  const dir = join(import.meta.dirname, "results");
  mkdirSync(dir, { recursive: true });
  const path = join(dir, `${name}.json`);
  writeFileSync(path, `${JSON.stringify({ name, machine: machineFacts(), results }, null, 2)}\n`);
  return path;
}

/** Lays out rows as a plain text table: first column to the left, the others to the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [header, ...rows].map((row) => row.map(formatCell));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return lines.join("\n");
}

function formatCell(value: string | number): string {
  if (typeof value === "string") return value;
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
