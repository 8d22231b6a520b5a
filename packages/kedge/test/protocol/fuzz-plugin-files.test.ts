import { describe, test } from "vitest";
import { parseHooksFile, parseMarketplace, parsePluginManifest } from "../../src/protocol/index.ts";
import { fuzz, must } from "../support/fuzz.ts";
import { forbiddenInTexts } from "../support/nasty-text.ts";
import type { Random } from "../support/random.ts";
import { inFull } from "../support/requires.ts";
import { goodHooks, goodManifest, goodMarketplace, type JsonRecord } from "./config-corpus.ts";
import { countHandlers, lengthOf, makeText, mustBeReported, readJsonOr } from "./fuzz-config.ts";

const count = inFull({ normal: 800, full: 100_000 });
const timeout = inFull({ normal: 60_000, full: 1_200_000 });

describe("H5: any text as a file of a plugin", () => {
  test("hook files of plugins", { timeout }, async () => {
    const make = (random: Random): string =>
      makeText(random, (each) => ({ hooks: goodHooks(each), description: "x" }));
    const judge = (text: string): void => {
      const { entries, broken, problems } = parseHooksFile(text, "the file");
      mustBeReported(problems);
      const file = readJsonOr(text) as JsonRecord | undefined;
      must(countHandlers(file?.hooks) === entries.length || problems.length > 0, "left out in silence");
      must(
        broken.every((hook) => hook.problems.length > 0),
        "a broken hook has no problem",
      );
    };
    await fuzz({ name: "fuzzed hook files", count, make, judge });
  });

  test("manifests of plugins", { timeout }, async () => {
    const make = (random: Random): string => makeText(random, goodManifest);
    const judge = (text: string): void => {
      const { manifest, problems } = parsePluginManifest(text, "the file");
      mustBeReported(problems);
      must(manifest !== null || problems.length > 0, "a manifest was refused in silence");
      if (!manifest) return;
      must(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(manifest.name), "an unsafe name");
      must(!forbiddenInTexts.test(manifest.description ?? ""), "a description that is not clean");
      must((manifest.description?.length ?? 0) < 300, "a description without an end");
      for (const path of manifest.hookFiles)
        must(
          !path.startsWith("/") && !path.split("/").includes("..") && path.endsWith(".json"),
          `the path ${path} leaves the plugin`,
        );
    };
    await fuzz({ name: "fuzzed manifests", count, make, judge });
  });

  test("lists of marketplaces", { timeout }, async () => {
    const make = (random: Random): string => makeText(random, goodMarketplace);
    const judge = (text: string): void => {
      const { marketplace, problems } = parseMarketplace(text, "the file");
      mustBeReported(problems);
      const file = readJsonOr(text) as JsonRecord | undefined;
      must(
        (marketplace?.plugins.length ?? 0) === lengthOf(file?.plugins) || problems.length > 0,
        "left out in silence",
      );
      const names = marketplace?.plugins.map(({ name }) => name) ?? [];
      must(new Set(names).size === names.length, "one name twice");
      for (const { source } of marketplace?.plugins ?? []) {
        if (source.type === "git")
          must(/^(?:https:\/\/|ssh:\/\/|[\w.-]+@)/.test(source.url), `a source ${source.url}`);
        for (const value of Object.values(source))
          must(!value.startsWith("-"), `an option as source: ${value}`);
      }
    };
    await fuzz({ name: "fuzzed marketplaces", count, make, judge });
  });
});
