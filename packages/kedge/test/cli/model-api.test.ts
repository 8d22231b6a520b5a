import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ask } from "../model-api/raw-client.ts";
import { MAIN, runKedge } from "./run-kedge.ts";

const folders: string[] = [];
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "kedge-model-api-"));
  folders.push(folder);
  return folder;
}

interface Serving {
  readonly port: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Waits for a text on standard output. */
  readonly saw: (text: string) => Promise<void>;
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>;
}

/** Starts the command, and waits until it has said where it listens. */
async function serve(args: readonly string[], stdin = ""): Promise<Serving> {
  const child = spawn(process.execPath, [MAIN, "model-api", ...args], { env: { PATH: process.env.PATH } });
  children.push(child);
  const texts = { stdout: "", stderr: "" };
  let wake: () => void = () => {};
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
      wake();
    });
  child.stdin.end(stdin);
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) {
      const news = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const code = await Promise.race([news, closed]);
      if (typeof code === "number") throw new Error(`it ended with ${code}: ${texts.stdout}${texts.stderr}`);
    }
  };
  const address = /http:\/\/127\.0\.0\.1:(\d+)\n/;
  await until(() => address.test(texts.stdout + texts.stderr));
  return {
    port: Number(address.exec(texts.stdout + texts.stderr)?.[1]),
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    saw: (text) => until(() => texts.stdout.includes(text)),
    end: (signal) => {
      child.kill(signal);
      return closed;
    },
  };
}

const SCENARIO = `
replies:
  - status: 429
    headers: { retry-after: 1 }
  - text: Done.
  - connection: reset
`;

describe("kedge model-api", () => {
  it("without a scenario answers ok, and ends well on Ctrl-C", async () => {
    const api = await serve([]);
    expect(api.stdout()).toContain(`export ANTHROPIC_BASE_URL=http://127.0.0.1:${api.port}\n`);
    expect((await ask(api.port)).body).toContain('"text":"ok"');
    await api.saw("#1 main claude-test 1 in -> 200 1 out\n");
    expect(await api.end("SIGINT")).toBe(0);
    expect(api.stdout()).toMatch(/export ANTHROPIC_API_KEY=any\n(.*\n)+1 request: 1 x 200\.\n$/);
    expect(api.stderr()).toBe("");
  });

  it("serves a scenario from standard input, a line for each request and a summary", async () => {
    const api = await serve(["-"], SCENARIO);
    for (const stream of [true, true, false]) await ask(api.port, { stream });
    await ask(api.port, { path: "/v1/models", method: "GET", key: "" });
    await api.saw("#4 GET /v1/models -> 401 authentication_error\n");
    expect(api.stdout()).toContain(
      [
        "#1 main claude-test stream 1 in -> 429 rate_limit_error retry-after 1",
        "#2 main claude-test stream 1 in -> 200 2 out",
        "#3 main claude-test 1 in -> reset",
      ].join("\n"),
    );
    await ask(api.port);
    expect(await api.end("SIGTERM")).toBe(0);
    expect(api.stdout()).toMatch(/5 requests: 2 x reset, 1 x 429 rate_limit_error, 1 x 200, 1 x 401 authent/);
  });

  it("records each request in a file of one's own, and prints JSON alone with --json", async () => {
    const folder = makeFolder();
    const file = join(folder, "requests.jsonl");
    writeFileSync(join(folder, "scenario.yaml"), SCENARIO);
    const api = await serve([join(folder, "scenario.yaml"), "--record", file, "--json"]);
    await ask(api.port, { key: "sk-secret" });
    await ask(api.port, { key: "sk-secret" });
    await api.saw('"index":2');
    expect(await api.end("SIGTERM")).toBe(0);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(api.stdout().trimEnd().split("\n")).toEqual(lines);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { index: 1, outcome: "failed", status: 429 },
      { index: 2, outcome: "answered", body: { model: "claude-test" } },
    ]);
    expect(lines.join("")).not.toContain("sk-secret");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(api.stderr()).toContain("2 requests");
  });

  it("says nothing but the address with --quiet", async () => {
    const api = await serve(["--quiet"]);
    await ask(api.port);
    expect(await api.end("SIGTERM")).toBe(0);
    expect(api.stdout()).toBe(`http://127.0.0.1:${api.port}\n`);
    expect(api.stderr()).toBe("");
  });

  it("refuses a port that is taken, and one that is none", async () => {
    const api = await serve(["--quiet"]);
    const taken = await runKedge(["model-api", "--port", String(api.port)]);
    expect(taken.exitCode).toBe(64);
    expect(taken.stderr).toMatch(
      /expected a free port .* another program listens \(port \d+\)\. Choose another/,
    );
    const wrong = await runKedge(["model-api", "--port", "http"]);
    expect(wrong).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('got "http"') });
  });
});

/** Each list has the one before ten times: a million in all. */
const BOMB = Array.from({ length: 6 }, (_, level) => {
  const items = Array.from({ length: 10 }, () => (level === 0 ? "x" : `*l${level - 1}`));
  return `k${level}: &l${level} [${items.join(", ")}]`;
}).join("\n");

describe("kedge model-api --check", () => {
  const check = (text: string) => runKedge(["model-api", "--check", "-"], { stdin: text });

  it("says what a sound scenario has", async () => {
    expect(await check(SCENARIO)).toEqual({
      exitCode: 0,
      stdout: "The scenario is sound: 3 replies, 0 routes, 0 faults, 0 limits.\n",
      stderr: "",
    });
    expect((await check("")).exitCode).toBe(0);
  });

  it("names every problem with its line and its place", async () => {
    const { exitCode, stdout, stderr } = await check(
      [
        "replies:",
        "  - text: a",
        "  - txt: b",
        "    delay_ms: soon",
        "routes:",
        "  - name: x",
        "    replies: []",
      ].join("\n"),
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 65, stdout: "" });
    expect(stderr.trimEnd().split("\n")).toEqual([
      "kedge: expected a scenario, got 4 problems (standard input).",
      '  line 3, replies[1].txt: expected a known key, got "txt"; did you mean text?',
      '  line 4, replies[1].delay_ms: expected a number, got "soon"',
      "  line 6, routes[0].when: expected an object, got nothing",
      "  line 7, routes[0].replies: expected a list of at least 1, got an array of 0",
    ]);
  });

  it.each([
    ["broken YAML", "replies: [", /line 1: /],
    ["broken JSON", '{"replies": [}', /line 1: /],
    ["another value", "just text", /the whole: expected an object, got "just text"/],
    ["a bomb of aliases", BOMB, /Excessive alias count/],
  ])("refuses %s", async (_, text, words) => {
    const { exitCode, stderr } = await check(text);
    expect(exitCode).toBe(65);
    expect(stderr).toMatch(words);
  });

  it("ends with 66 for a file that is not there", async () => {
    const { exitCode, stderr } = await runKedge(["model-api", "/nonexistent/scenario.yaml"]);
    expect(exitCode).toBe(66);
    expect(stderr).toContain("expected a file with a scenario");
  });
});
