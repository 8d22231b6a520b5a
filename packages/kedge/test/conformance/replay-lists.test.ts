/** What is listed of the recorded cases is of cases that there are, says why, and is precise; and samples of them are fair. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { casesOf, chooseSample, deviations, expectedFailures, nameOf, sampleSeed } from "./recorded-cases.ts";
import { REQUIREMENTS } from "./requirements.ts";

const testDir = join(import.meta.dirname, "..");
const documented = readFileSync(join(testDir, "../../../docs/deviations.md"), "utf8");

/** A requirement, which has a test, or a file of tests and a title in it. */
function isTest(name: string): boolean {
  const [, file, title = ""] = /^test\/(\S+\.test\.ts): (.+)$/.exec(name) ?? [];
  if (file === undefined) return REQUIREMENTS.some(({ id }) => id === name);
  return readFileSync(join(testDir, file), "utf8").includes(`"${title}"`);
}

describe("expected failures", () => {
  const cases = new Map(casesOf("protocol").map((each) => [nameOf(each), each]));

  test("are cases of the protocol, at most one of twenty", () => {
    const listed = Object.keys(expectedFailures);
    expect(listed.filter((name) => !cases.has(name))).toEqual([]);
    expect(1 - listed.length / cases.size).toBeGreaterThanOrEqual(0.95);
  });

  test.each(Object.entries(expectedFailures))(
    "%s has its reason, and what differs",
    (name, { reason, ours }) => {
      expect(reason).toMatch(/^(?:D\d+|Copies|Strictness of an `if`): \S/);
      const [heading = ""] = reason.split(":");
      expect(documented, heading).toMatch(/^D/.test(heading) ? `| ${heading} |` : `**${heading}.**`);
      expect(Object.keys(ours)).not.toEqual([]);
      for (const [field, value] of Object.entries(ours))
        expect(cases.get(name)?.expect[field]).not.toEqual(value);
    },
  );
});

describe("deviations", () => {
  test("are listed for every case that is recorded as one, and for no other", () => {
    const recorded = casesOf("deviation").map((each) => `${nameOf(each)} ${each.scope}`);
    const listed = Object.entries(deviations).map(([name, { scope }]) => `${name} deviation:${scope}`);
    expect(listed.toSorted()).toEqual(recorded.toSorted());
  });

  test("that no compared field shows name the test that does, or say why there is nothing to show", () => {
    const wrong = Object.entries(deviations).filter(([, { ours, fewer = [], shownBy, notShown }]) => {
      const isSeen = fewer.length > 0 || Object.keys(ours ?? {}).length > 0;
      const isExplained = shownBy === undefined ? notShown !== undefined && notShown !== "" : isTest(shownBy);
      return isSeen ? shownBy !== undefined || notShown !== undefined : !isExplained;
    });
    expect(wrong).toEqual([]);
  });
});

describe("a sample", () => {
  const cases = casesOf("protocol");
  const groupOf = ({ corpus, group }: (typeof cases)[number]): string => `${corpus} ${group}`;
  const sampleOf = (seed: number) => chooseSample(cases, { size: 75, always: expectedFailures, seed });

  test("has all that are listed, and of each group one that is not", () => {
    for (const seed of [1, 2, 3]) {
      const sample = sampleOf(seed);
      expect(sample.length).toBe(75);
      expect(new Set(sample.map(nameOf)).size).toBe(75);
      expect(sample.map(nameOf)).toEqual(expect.arrayContaining(Object.keys(expectedFailures)));
      const drawn = sample.filter((each) => !(nameOf(each) in expectedFailures));
      expect(new Set(drawn.map(groupOf))).toEqual(new Set(cases.map(groupOf)));
    }
  });

  test("has one of each deviation", () => {
    const scopes = (some: typeof cases) => new Set(some.map(({ scope }) => scope));
    const all = casesOf("deviation");
    // The cases of D5 are cut off after half a minute each.
    const expected = [...scopes(all)].filter((scope) => scope !== "deviation:D5");
    expect(scopes(chooseSample(all, { size: 25, always: {}, seed: 1 }))).toEqual(new Set(expected));
  });

  test("is the same for a seed, and another for another, so that many seeds replay all", () => {
    expect(sampleOf(7)).toEqual(sampleOf(7));
    const seen = new Set(
      Array.from({ length: 200 }, (_, seed) => sampleOf(seed)).flatMap((each) => each.map(nameOf)),
    );
    // But for the one that takes twenty seconds.
    expect(seen.size).toBe(cases.length - 1);
  });

  test("has a seed that every change of the sources changes", () => {
    const folder = mkdtempSync(join(tmpdir(), "kedge-seed-"));
    const seedWith = (text: string): number => {
      writeFileSync(join(folder, "a.ts"), text);
      return sampleSeed({ src: folder, env: {} });
    };
    expect(seedWith("one")).not.toBe(seedWith("two"));
    expect(seedWith("one")).toBe(seedWith("one"));
    expect(sampleSeed({ src: folder, env: { KEDGE_FUZZ_SEED: "12" } })).toBe(12);
    rmSync(folder, { recursive: true });
  });
});
