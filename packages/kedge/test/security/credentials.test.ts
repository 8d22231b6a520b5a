/**
 * No credential reaches a place that a project chose (promise T7): sessions in repositories that ask for credentials by every setting,
 * in a network of its own whose servers and whose resolver remember every byte.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { makeCertificate } from "../support/certificate.ts";
import { COMPILED } from "../support/compiled.ts";
import { fuzzSeed } from "../support/random.ts";
import { describeWith, inFull } from "../support/requires.ts";
import type { Report, Taken } from "./credentials/inside.ts";
import { API_HOST, PAGE_HOST } from "./credentials/outside.ts";
import { PUBLIC_ADDRESS } from "./credentials/sinks.ts";

const COUNT = 100;

/** Links, an address and a resolver of its own; what it changes is gone with it. */
const SCRIPT = `
set -e
ip link set lo up
ip addr add ${PUBLIC_ADDRESS}/32 dev lo
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

  const takenBy = (isTrusted: boolean): readonly Taken[] =>
    report.taken.filter((each) => each.isTrusted === isTrusted);

  test(`reach no place that one of ${COUNT} hostile repositories chose, trusted or not`, () => {
    for (const isTrusted of [false, true])
      expect(takenBy(isTrusted).length).toBe(inFull({ normal: COUNT, full: 4 * COUNT }));
    expect(report.taken.filter(({ atSink }) => atSink.length > 0)).toEqual([]);
  });

  test("nor the model", () => {
    expect(report.taken.filter(({ atModel }) => atModel.length > 0)).toEqual([]);
  });

  test("before trust nobody is even asked for but the API, and who the model names", () => {
    const reached = ({ connections, names }: Taken): boolean =>
      connections > 0 || names.some((name) => name !== API_HOST && name !== PAGE_HOST);
    expect(takenBy(false).filter(reached)).toEqual([]);
  });

  test("and where a person named no address of the API, a project names none either", () => {
    const unnamed = report.taken.filter(({ hasAddress }) => !hasAddress);
    expect(unnamed.length).toBeGreaterThan(report.taken.length / 4);
    // What handlers of a trusted project ask for is chosen by it; the session itself asks for nobody of there.
    const isOurs = (name: string): boolean => !name.endsWith(".evil.test");
    const asked = unnamed.flatMap(({ names }) => names.filter(isOurs));
    expect(new Set(asked)).toEqual(new Set([API_HOST, PAGE_HOST]));
    // Handlers of a trusted project may end a session before it asks.
    expect(unnamed.filter(({ isTrusted, requests }) => !isTrusted && requests < 3)).toEqual([]);
    // Where one is named, that one is asked, and not the usual one.
    expect(report.taken.filter(({ hasAddress, names }) => hasAddress && names.includes(API_HOST))).toEqual(
      [],
    );
  });

  test("and the sessions did their work: without trust all of them, with it most, which were told of it", () => {
    const isDone = ({ exitCode, requests }: Taken): boolean => exitCode === 0 && requests >= 3;
    const [untrusted, trusted] = [takenBy(false), takenBy(true)];
    expect(untrusted.filter((each) => !isDone(each))).toEqual([]);
    // Handlers of the project end some.
    expect(trusted.filter(isDone).length).toBeGreaterThan(trusted.length / 2);
    expect(trusted.filter(({ connections }) => connections > 0).length).toBeGreaterThan(trusted.length / 4);
  });

  test("which was to get a page as well, and to call a tool of the project, where it is trusted", () => {
    const [untrusted, trusted] = [takenBy(false), takenBy(true)];
    expect(untrusted.filter(({ wanted, pages }) => pages !== wanted)).toEqual([]);
    expect(untrusted.filter(({ wanted }) => wanted > 0).length).toBeGreaterThan(untrusted.length / 4);
    expect(trusted.filter(({ pages }) => pages > 0).length).toBeGreaterThan(trusted.length / 20);
    expect(trusted.filter(({ calls }) => calls > 0)).not.toEqual([]);
    expect(untrusted.filter(({ calls }) => calls > 0)).toEqual([]);
  });

  test("the servers and the resolver see a secret that does come: in the clear, encoded, and in a name", () => {
    expect(report.controls.map(({ atSink }) => atSink.length > 0)).toEqual([true, true, true]);
  });
});

/** Runs the repositories in namespaces of their own. */
async function runInside(count: number): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "kedge-sinks-"));
  const certificate = makeCertificate([API_HOST, PAGE_HOST], []);
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  writeFileSync(key, certificate.key);
  writeFileSync(cert, certificate.cert);
  const users = process.geteuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const program = [join(import.meta.dirname, "credentials/inside.ts"), String(fuzzSeed), String(count)];
  const inside = ["sh", "-c", SCRIPT, "sh", folder, process.execPath, ...program, key, cert];
  const child = spawn("unshare", [...users, "--net", "--mount", ...inside], {
    env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: cert, ...COMPILED },
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
