import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { failureInput, makeRecovery } from "../support/recovery-world.ts";

describe("ingest", () => {
  test("takes a failure into the ledger, judged, and removes its file", async () => {
    const world = makeRecovery();
    world.leave("1-a", "failure", failureInput());
    const ledger = await world.ledger();
    const done = await (await world.ingester(ledger)).drain();
    expect(done).toMatchObject({ files: 1, setAside: 0, isElsewhere: false });
    const { failures } = await ledger.failures();
    expect(failures).toMatchObject([
      {
        kind: "rate_limit",
        agent_kind: "rate_limit",
        project: "shop",
        project_dir: "/work/shop",
        witnesses: 1,
      },
    ]);
    expect(readdirSync(join(world.stateDir, "spool/new"))).toEqual([]);
  });

  test("reads the names of published descriptions as well (D13)", async () => {
    const world = makeRecovery();
    const { error: _, last_assistant_message: __, ...rest } = failureInput() as Record<string, unknown>;
    world.leave("1-a", "failure", { ...rest, error_type: "overloaded", error_message: "Overloaded" });
    const ledger = await world.ledger();
    await (await world.ingester(ledger)).drain();
    expect((await ledger.failures()).failures).toMatchObject([
      { agent_kind: "overloaded", message: "Overloaded" },
    ]);
  });

  test("joins what the transcript says: status, request and model", async () => {
    const world = makeRecovery();
    const dir = join(world.homeDir, ".claude/projects/-work-shop");
    mkdirSync(dir, { recursive: true });
    const path = join(dir, "s.jsonl");
    const session = "11111111-1111-4111-8111-111111111111";
    const at = new Date(world.now).toISOString();
    const entries = [
      { type: "user", timestamp: at, sessionId: session, message: { role: "user", content: "go" } },
      {
        ...{ type: "assistant", timestamp: at, sessionId: session, version: "2.1.329" },
        message: {
          role: "assistant",
          model: "claude-opus-5-5",
          content: [{ type: "tool_use", name: "Bash", input: { command: "x" } }],
          usage: { input_tokens: 7, output_tokens: 3 },
        },
      },
      {
        ...{ type: "assistant", timestamp: at, sessionId: session, version: "2.1.329", requestId: "req_1" },
        ...{ isApiErrorMessage: true, error: "server_error", apiErrorStatus: 529 },
        message: {
          role: "assistant",
          model: "<synthetic>",
          content: [{ type: "text", text: "API Error: 529 Overloaded." }],
        },
      },
    ];
    writeFileSync(path, entries.map((entry) => JSON.stringify(entry)).join("\n"));
    world.leave(
      "1-a",
      "failure",
      failureInput({
        error: "server_error",
        transcript_path: path,
        last_assistant_message: "API Error: 529 Overloaded.",
      }),
    );
    world.leave("2-b", "end", {
      session_id: session,
      transcript_path: path,
      cwd: "/work/shop",
      hook_event_name: "SessionEnd",
      reason: "other",
    });
    const ledger = await world.ledger();
    await (await world.ingester(ledger)).drain();
    expect((await ledger.failures()).failures).toMatchObject([
      {
        ...{
          kind: "overloaded",
          cause: "overload",
          agent_kind: "server_error",
          status: 529,
          request_id: "req_1",
        },
        ...{
          model: "claude-opus-5-5",
          agent_version: "2.1.329",
          last_tool: "Bash",
          input_tokens: 7,
          output_tokens: 3,
          witnesses: 2,
        },
      },
    ]);
  });

  test("knows a failure from the end of the session alone, when its own handler was killed", async () => {
    const world = makeRecovery();
    const dir = join(world.homeDir, ".claude/projects/p");
    mkdirSync(dir, { recursive: true });
    const path = join(dir, "s.jsonl");
    const entry = {
      type: "assistant",
      timestamp: new Date(world.now).toISOString(),
      isApiErrorMessage: true,
      error: "rate_limit",
      apiErrorStatus: 429,
      message: { content: [{ type: "text", text: "API Error: Request rejected (429) · x" }] },
    };
    writeFileSync(path, `${JSON.stringify(entry)}\n{"torn`);
    world.leave("1-a", "end", {
      session_id: "s-1",
      transcript_path: path,
      cwd: "/work/shop",
      hook_event_name: "SessionEnd",
    });
    const ledger = await world.ledger();
    await (await world.ingester(ledger)).drain();
    expect((await ledger.failures()).failures).toMatchObject([
      { session_id: "s-1", status: 429, kind: "rate_limit" },
    ]);
  });

  test("counts nothing twice: the same file again, two installed entries, a session that ends", async () => {
    const world = makeRecovery();
    const ledger = await world.ledger();
    const ingester = await world.ingester(ledger);
    world.leave("1-a", "failure", failureInput());
    await ingester.drain();
    world.leave("1-a", "failure", failureInput());
    world.leave("1-b", "failure", failureInput());
    world.leave("1-c", "end", { session_id: "11111111-1111-4111-8111-111111111111", cwd: "/work/shop" });
    await ingester.drain();
    expect((await ledger.failures()).failures).toHaveLength(1);
    const stats = await ledger.stats({ fromMs: world.now - 3_600_000, untilMs: world.now + 1 });
    expect(stats.failures).toBe(1);
  });

  test("keeps two prompts, and a subagent beside its main loop, apart", async () => {
    const world = makeRecovery();
    world.leave("1-a", "failure", failureInput({ prompt_id: "p-1" }));
    world.leave("1-b", "failure", failureInput({ prompt_id: "p-2" }));
    world.leave("1-c", "failure", failureInput({ prompt_id: "p-2", agent_id: "a1", agent_type: "Explore" }));
    const ledger = await world.ledger();
    await (await world.ingester(ledger)).drain();
    const { failures } = await ledger.failures();
    expect(failures).toHaveLength(3);
    expect(failures.filter((each) => each.subagent_type === "Explore")).toHaveLength(1);
  });

  test("sets poison aside with its reason, and goes on", async () => {
    const world = makeRecovery();
    world.leaveRaw("bad-1.failure", "{}");
    world.leaveRaw("bad-2.failure", "kedge 1 failure\n\n{torn");
    world.leaveRaw("bad-3.failure", "kedge 9 failure\n\n{}");
    world.leaveRaw("bad-4.failure", new Uint8Array(3_000_000));
    symlinkSync("/etc/passwd", join(world.stateDir, "spool/new/bad-5.failure"));
    mkdirSync(join(world.stateDir, "spool/new/bad-6.failure"));
    world.leaveRaw("-weird name", "not ours");
    world.leave("ok", "failure", failureInput());
    const ledger = await world.ledger();
    const done = await (await world.ingester(ledger)).drain();
    expect(done).toMatchObject({ files: 1, setAside: 6 });
    const bad = readdirSync(join(world.stateDir, "spool/bad")).sort();
    expect(bad).toEqual(
      ["1", "2", "3", "4", "5", "6"].flatMap((n) => [`bad-${n}.failure`, `bad-${n}.failure.why`]),
    );
    expect(readFileSync(join(world.stateDir, "spool/bad/bad-2.failure.why"), "utf8")).toContain(
      "no JSON object",
    );
    expect(existsSync(join(world.stateDir, "spool/new/-weird name"))).toBe(true);
  });

  test("keeps how a session was launched apart, and a canary nowhere", async () => {
    const world = makeRecovery();
    const facts = [
      "cwd /work/shop",
      "git 0123456789012345678901234567890123456789",
      "argv claude",
      "argv -p",
      "argv two\\nlines \\\\n",
      "env PATH",
    ];
    world.leave("1-a", "start", { session_id: "s-1", cwd: "/work/shop", source: "startup" }, facts);
    world.leave("1-b", "canary", failureInput({ session_id: "canary" }));
    const ledger = await world.ledger();
    await (await world.ingester(ledger)).drain();
    const manifest = JSON.parse(readFileSync(join(world.stateDir, "manifests/s-1.json"), "utf8"));
    expect(manifest).toMatchObject({
      argv: ["claude", "-p", "two\nlines \\n"],
      envNames: ["PATH"],
      gitHead: expect.stringMatching(/^0123/),
    });
    expect((await ledger.failures()).failures).toEqual([]);
  });

  test("reads no file that is no transcript, whatever a hook names", async () => {
    const world = makeRecovery();
    const secret = join(world.homeDir, "secret.jsonl");
    writeFileSync(
      secret,
      JSON.stringify({
        type: "assistant",
        isApiErrorMessage: true,
        message: { content: [{ type: "text", text: "planted" }] },
      }),
    );
    world.leave("1-a", "failure", failureInput({ transcript_path: secret }));
    world.leave(
      "1-b",
      "failure",
      failureInput({
        prompt_id: "p-2",
        transcript_path: join(world.homeDir, ".claude/projects/../../secret.jsonl"),
      }),
    );
    const ledger = await world.ledger();
    await (await world.ingester(ledger)).drain();
    expect(JSON.stringify(await ledger.failures())).not.toContain("planted");
  });

  test("of two processes one works; one that lost its turn writes nothing", async () => {
    const world = makeRecovery();
    const [one, two] = [await world.ledger(), await world.ledger()];
    const [first, second] = [await world.ingester(one, "one"), await world.ingester(two, "two")];
    world.leave("1-a", "failure", failureInput());
    await first.drain();
    world.leave("1-b", "failure", failureInput({ prompt_id: "p-2" }));
    expect(await second.drain()).toMatchObject({ isElsewhere: true, files: 0 });
    const old = await one.lease("ingest", "one", 15_000);
    world.now += 60_000;
    expect(await second.drain()).toMatchObject({ isElsewhere: false, files: 1 });
    if (!old) throw new Error("expected a lease");
    await expect(one.record([], old)).rejects.toMatchObject({ code: "LEASE_LOST" });
  });
});
