import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { explainFailure } from "../../src/cli/commands/explain.ts";
import { exportFailure } from "../../src/cli/commands/export.ts";
import { listFailures } from "../../src/cli/commands/failures.ts";
import { ingestSpool } from "../../src/cli/commands/ingest.ts";
import { purgeFailures } from "../../src/cli/commands/purge.ts";
import { showStats } from "../../src/cli/commands/stats.ts";
import type { Evidence } from "../../src/recovery/index.ts";
import {
  type Command,
  type LedgerWorld,
  makeLedger,
  NOW,
  stopFailure,
  witness,
} from "../support/ledger-world.ts";

/** Two shapes that anybody knows, and a value that only the environment says is one. */
const KEY = `sk-ant-api03-${"A1b2C3d4".repeat(10)}AA`;
const TOKEN = `ghp_${"Zz9".repeat(12)}`;
const KNOWN = "correct-horse-battery";
const ENV = { SHOP_API_TOKEN: KNOWN };
/** Any part of them is a hit. */
const SECRETS = [KEY.slice(13, 40), TOKEN.slice(4, 30), KNOWN];

/** What every command prints, and what is in every file of the state folder. */
async function everything(world: LedgerWorld): Promise<ReadonlyMap<string, string>> {
  const commands: Record<string, Command> = {
    ingest: (...own) => ingestSpool({}, ...own),
    failures: (...own) => listFailures({}, ...own),
    "failures --json": (...own) => listFailures({ json: true }, ...own),
    stats: (...own) => showStats({}, ...own),
    "stats --json": (...own) => showStats({ json: true }, ...own),
  };
  const all = new Map<string, string>();
  const run = async (name: string, command: Command): Promise<string> => {
    const { stdout, stderr } = await world.run(command, { env: ENV });
    all.set(name, `${stdout}\n${stderr}`);
    return stdout;
  };
  for (const [name, command] of Object.entries(commands)) await run(name, command);
  const rows = JSON.parse(await run("failures", (...own) => listFailures({ json: true }, ...own)));
  expect(rows.length).toBeGreaterThan(0);
  for (const { id } of rows) {
    await run(`explain ${id}`, (...own) => explainFailure(id, {}, ...own));
    await run(`explain --json ${id}`, (...own) => explainFailure(id, { json: true }, ...own));
    await run(`export ${id}`, (...own) => exportFailure(id, { output: "-", yes: true }, ...own));
  }
  for (const [path, text] of world.bytes()) all.set(path, text);
  await run("purge", (...own) => purgeFailures({ all: true, yes: true }, ...own));
  return all;
}

const hits = (all: ReadonlyMap<string, string>): readonly string[] =>
  [...all].filter(([, text]) => SECRETS.some((secret) => text.includes(secret))).map(([name]) => name);

/** Every field of evidence that is a text, with one in it. */
const fields = (secret: string): Partial<Evidence> => ({
  agentVersion: `2.1 ${secret}`,
  promptId: secret,
  subagent: { id: secret, type: `type ${secret}` },
  event: secret,
  kind: `kind ${secret}`,
  errorType: secret,
  requestId: secret,
  model: `model ${secret}`,
  message: `API Error: ${secret} is not valid; authorization: Bearer ${secret}`,
  apiError: secret,
  terminalReason: secret,
  stopReason: secret,
  connection: secret,
  resetFrom: secret,
  rateLimit: {
    status: secret,
    window: secret,
    errorCode: secret,
    windows: { [secret]: { status: secret } },
    overage: { status: secret },
  },
  signal: secret,
  endReason: secret,
  lastTool: { name: secret, inputDigest: secret },
  permissionDenials: [secret],
  lastAnswerId: secret,
});

describe("secrets in what witnesses say", () => {
  it.each([KEY, TOKEN])(
    "no field of evidence and of a session brings one into the ledger or out of a command",
    async (secret) => {
      const world = makeLedger();
      await world.record(
        witness(
          {
            status: 500,
            isError: true,
            atMs: NOW,
            sessionId: `s-${secret}`,
            agent: `agent ${secret}`,
            ...fields(secret),
          },
          {
            projectDir: `/home/dev/${secret}`,
            permissionMode: secret,
            transcriptPath: `/x/${secret}.jsonl`,
            gitHead: secret,
          },
        ),
      );
      expect(hits(await everything(world))).toEqual([]);
    },
  );

  it("a value of the environment that a hook says is neither kept nor shown", async () => {
    const world = makeLedger();
    for (const [at, secret] of [KEY, TOKEN, KNOWN].entries())
      world.spool(
        `${at}-a.failure`,
        stopFailure({
          ...{
            session_id: `s-${secret}`,
            cwd: `/home/dev/${secret}`,
            permission_mode: secret,
            prompt_id: secret,
            agent_id: secret,
            agent_type: secret,
          },
          ...{ error: `kind ${secret}`, last_assistant_message: `the key ${secret} is not valid` },
          kedge: {
            status: 500,
            error_type: secret,
            request_id: secret,
            model: secret,
            connection: secret,
            last_tool: { name: secret, input_digest: secret },
          },
        }),
      );
    expect(hits(await everything(world))).toEqual([]);
  });

  it("a secret of the transcript's end is neither kept nor shown", async () => {
    const world = makeLedger();
    const folder = join(world.folder, "home/.claude/projects/x");
    mkdirSync(folder, { recursive: true });
    const path = join(folder, "t.jsonl");
    const entry = {
      ...{
        type: "assistant",
        isApiErrorMessage: true,
        sessionId: "s1",
        requestId: KEY,
        error: `kind ${TOKEN}`,
        version: KEY,
      },
      ...{ timestamp: "2026-11-21T14:00:00Z", apiErrorStatus: 500, agentId: undefined, promptId: TOKEN },
      message: { content: [{ type: "text", text: `API Error: ${KNOWN} and ${KEY}` }] },
    };
    writeFileSync(path, `${JSON.stringify(entry)}\n`);
    world.spool(
      "1-a.end",
      stopFailure({ hook_event_name: "SessionEnd", session_id: "s1", transcript_path: path }, "end"),
    );
    expect(hits(await everything(world))).toEqual([]);
    expect(readFileSync(path, "utf8")).toContain(KEY);
  });

  it("one that stands in an old ledger as it is comes out of no command, not even where something invisible parts it", async () => {
    const world = makeLedger();
    await world.record(
      witness({ status: 500, isError: true, atMs: NOW, message: "placeholder", model: "placeholder" }),
    );
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(join(world.stateDir, "ledger.sqlite"));
    const parted = `${KEY.slice(0, 20)}\u200b${KEY.slice(20)} ${KNOWN}`;
    for (const [table, column] of [
      ["failure", "message"],
      ["failure", "model"],
      ["failure", "project"],
      ["failure", "last_tool"],
      ["failure_hour", "last_tool"],
      ["failure_hour", "project"],
    ])
      database.prepare(`UPDATE ${table} SET ${column} = ?`).run(parted);
    database.exec(
      `UPDATE witness SET evidence = replace(evidence, 'placeholder', '${KEY.slice(0, 20)}\u200b${KEY.slice(20)}')`,
    );
    database.close();
    const shown = new Map([...(await everything(world))].filter(([name]) => !name.startsWith("/")));
    const whole = new Map([...shown].map(([name, text]) => [name, text.replaceAll("\u200b", "")]));
    expect(hits(whole)).toEqual([]);
  });
});
