import { expect, test } from "vitest";
import { loadPlainReader } from "../../../src/host/permissions/plain-commands.ts";
import { isExcluded } from "../../../src/host/sandbox/excluded-commands.ts";

const readPlain = await loadPlainReader();

test.for<readonly [line: string, patterns: readonly string[], is: boolean]>([
  ["docker ps", ["docker"], true],
  ["docker ps", ["docker *"], true],
  ["docker ps", ["docker:*"], true],
  ["docker compose up", ["docker compose"], true],
  ["docker run x", ["docker compose"], false],
  ["dockerx ps", ["docker"], false],
  ["docker ps && docker images", ["docker"], true],
  ["docker ps; touch x", ["docker"], false],
  ["docker ps | tee x", ["docker"], false],
  ["docker $X", ["docker"], false],
  ["docker ps >x", ["docker"], false],
  ["X=1 docker ps", ["docker"], false],
  ["./docker ps", ["docker"], false],
  ["touch x", ["*"], false],
  ["touch x", ["t*"], false],
  ["touch x", [""], false],
  ["touch x", [], false],
])("%s with %j: %s", ([line, patterns, is]) => {
  expect(isExcluded(readPlain(line), patterns)).toBe(is);
});
