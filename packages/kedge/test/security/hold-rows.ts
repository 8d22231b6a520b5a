/**
 * Holds the rows of one target of `bad-inputs.json` to what reading them can promise. A row stands in exactly one of two
 * tables: `held` when reading settles all of it, `later` when another part of Kedge has to hold the rest.
 */
import { describe, expect, test } from "vitest";
import { assertPrototypes, hangMs, snapshotPrototypes, threadMs } from "../support/fuzz.ts";
import { type BadInput, readBadInputs, textsOf } from "./generate-input.ts";

/** Judges a row by its text; rows that are delivered several times have more than one. */
export type Check = (text: string, row: BadInput, texts: readonly string[]) => void | Promise<void>;

/** Parts of Kedge that hold what reading alone cannot. */
type Holder =
  | "engine: trust"
  | "engine: settings layers"
  | "engine: plugins"
  | "engine: processes"
  | "engine: http"
  | "engine: background"
  | "host: permissions"
  | "recovery: intake"
  | "recovery: ledger"
  | "recovery: alerts"
  | "recovery: jobs"
  | "console";

/** What another part holds, and what reading promises all the same. */
interface Later {
  readonly heldBy: Holder;
  readonly check: Check;
}

export type Held = Readonly<Record<string, Check>>;
export type LaterRows = Readonly<Record<string, Later>>;

/** Registers one test for each row of a target, and one that no row is missing. */
export function holdRows(target: string, held: Held, later: LaterRows): void {
  const rows = readBadInputs(target);

  describe(`bad inputs: ${target}`, () => {
    test("every row stands in exactly one table", () => {
      const listed = [...Object.keys(held), ...Object.keys(later)].sort();
      expect(listed).toEqual(rows.map((row) => row.id).sort());
    });

    for (const row of rows) {
      const check = held[row.id] ?? later[row.id]?.check;
      if (!check) continue;
      const rest = later[row.id] ? ` (the rest: ${later[row.id]?.heldBy})` : "";
      test(`${row.id}: ${row.expected}${rest}`, async () => {
        const texts = textsOf(row);
        const before = snapshotPrototypes();
        const startedAt = threadMs();
        await check(texts[0] ?? "", row, texts);
        const tookMs = threadMs() - startedAt;
        assertPrototypes(before);
        expect(tookMs).toBeLessThan(hangMs);
      });
    }
  });
}
