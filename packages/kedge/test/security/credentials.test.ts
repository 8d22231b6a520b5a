/**
 * No credential reaches a place that a project chose (promise T7): sessions in repositories that ask for credentials by every setting,
 * in a network of its own whose servers and whose resolver remember every byte.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { COMPILED } from "../support/compiled.ts";
import { fuzzSeed } from "../support/random.ts";
import { describeWith, inFull } from "../support/requires.ts";
import type { Report, Taken } from "./credentials/inside.ts";

const COUNT = 100;

/** Links and a resolver of its own; what it changes is gone with it. */
const SCRIPT = `
set -e
ip link set lo up
echo 'nameserver 127.0.0.1' > "$1/resolv.conf"
mount --bind "$1/resolv.conf" /etc/resolv.conf
shift
exec "$@"
`;

describeWith({ needs: ["unshare", "ip"] }, "credentials", () => {
  let report: Report = { taken: [], controls: [] };
  beforeAll(
    async () => {
      report = await runInside(inFull({ normal: COUNT, full: 4 * COUNT }));
    },
    inFull({ normal: 180_000, full: 600_000 }),
  );

  test(`reach no place that one of ${COUNT} hostile repositories chose, trusted or not`, () => {
    expect(report.taken.length).toBeGreaterThanOrEqual(2 * COUNT);
    expect(report.taken.filter(({ atSink }) => atSink.length > 0)).toEqual([]);
  });

  test("nor the model", () => {
    expect(report.taken.filter(({ atModel }) => atModel.length > 0)).toEqual([]);
  });

  test("before trust nobody is even asked for", () => {
    const reached = ({ isTrusted, connections, names }: Taken): boolean =>
      !isTrusted && (connections > 0 || names.length > 0);
    expect(report.taken.filter(reached)).toEqual([]);
  });

  test("and the sessions did their work: most went to their end, and trusted repositories were told of it", () => {
    const done = report.taken.filter(({ exitCode, requests }) => exitCode === 0 && requests >= 3);
    expect(done.length).toBeGreaterThan(report.taken.length / 2);
    const told = report.taken.filter(({ isTrusted, connections }) => isTrusted && connections > 0);
    expect(told.length).toBeGreaterThan(COUNT / 4);
  });

  test("the servers and the resolver see a secret that does come: in the clear, encoded, and in a name", () => {
    expect(report.controls.map(({ atSink }) => atSink.length > 0)).toEqual([true, true, true]);
  });
});

/** Runs the repositories in namespaces of their own. */
async function runInside(count: number): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "kedge-sinks-"));
  const users = process.geteuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const program = [join(import.meta.dirname, "credentials/inside.ts"), String(fuzzSeed), String(count)];
  const inside = ["sh", "-c", SCRIPT, "sh", folder, process.execPath, ...program];
  const child = spawn("unshare", [...users, "--net", "--mount", ...inside], {
    env: { PATH: process.env.PATH, ...COMPILED },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (piece: string) => {
      said[name] += piece;
    });
  const code = await new Promise((resolve) => child.on("close", resolve));
  rmSync(folder, { recursive: true, force: true });
  if (code !== 0) throw new Error(`ended with ${String(code)}: ${said.stderr}`);
  return JSON.parse(said.stdout) as Report;
}
