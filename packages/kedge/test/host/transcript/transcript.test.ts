import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Message } from "../../../src/host/index.ts";
import type { EntryBody } from "../../../src/host/transcript/entry.ts";
import { readTranscript, toMessages } from "../../../src/host/transcript/read-transcript.ts";
import { openTranscript, type Transcript } from "../../../src/host/transcript/transcript.ts";
import fc from "../../support/fast-check.ts";
import { limitFileSize } from "../../support/file-size-limit.ts";
import { testWith } from "../../support/requires.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kedge-transcript-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const usage = {
  input_tokens: 0,
  output_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};
const user = (text: string): EntryBody => ({
  type: "user",
  message: { role: "user", content: [{ type: "text", text }] },
});
const results = (...ids: readonly string[]): EntryBody => ({
  type: "user",
  message: {
    role: "user",
    content: ids.map((id) => ({ type: "tool_result" as const, tool_use_id: id, content: "ok" })),
  },
});
const assistant = (...ids: readonly string[]): EntryBody => ({
  type: "assistant",
  message: {
    ...{ role: "assistant", id: "m", model: "m", stop_reason: "end_turn", usage },
    content: [
      { type: "text", text: "said" },
      ...ids.map((id) => ({ type: "tool_use" as const, id, name: "Bash", input: {} })),
    ],
  },
});

const open = (name = "a.jsonl", lastUuid: string | null = null): Promise<Transcript> =>
  openTranscript({
    path: join(folder, "s", name),
    sessionId: "s-1",
    version: "1",
    cwd: () => "/p",
    now: () => 0,
    lastUuid,
  });

async function write(...bodies: readonly EntryBody[]): Promise<string> {
  const transcript = await open();
  for (const body of bodies) await transcript.append(body);
  await transcript.close();
  return transcript.path;
}

async function messagesOf(path: string): Promise<readonly Message[]> {
  return toMessages((await readTranscript(path))?.entries ?? []);
}

describe("a transcript", () => {
  test("is private, with its folder, and keeps the order of appends that are not awaited", async () => {
    const transcript = await open();
    await Promise.all(Array.from({ length: 50 }, (_, at) => transcript.append(user(String(at)))));
    await transcript.close();
    expect([statSync(transcript.path).mode & 0o777, statSync(join(folder, "s")).mode & 0o777]).toEqual([
      0o600, 0o700,
    ]);
    const entries = (await readTranscript(transcript.path))?.entries ?? [];
    expect(entries.map((entry) => JSON.stringify(entry))).toHaveLength(50);
    expect(entries.map(({ parentUuid }) => parentUuid)).toEqual([
      null,
      ...entries.slice(0, -1).map(({ uuid }) => uuid),
    ]);
  });

  test("with half a line at its end goes on in the next", async () => {
    const path = await write(user("one"));
    appendFileSync(path, '{"type":"user","message":{"ro');
    const again = await open();
    await again.append(user("two"));
    await again.close();
    const reading = await readTranscript(path);
    expect([reading?.entries.length, reading?.lostLines]).toEqual([2, 1]);
  });

  test("that cannot be written ends the session's trust in it, in words", async () => {
    const transcript = await open();
    await transcript.close();
    await expect(transcript.append(user("x"))).rejects.toMatchObject({ code: "TRANSCRIPT_NOT_WRITABLE" });
  });

  testWith(
    { needs: ["prlimit"] },
    "that had no room for an entry goes on in the next line, when there is some",
    async () => {
      const transcript = await open();
      await transcript.append(user("one"));
      limitFileSize(statSync(transcript.path).size + 10);
      try {
        const failed = { code: "TRANSCRIPT_NOT_WRITABLE" };
        for (const text of ["lost", "lost again"])
          await expect(transcript.append(user(text))).rejects.toMatchObject(failed);
      } finally {
        limitFileSize("unlimited");
      }
      await Promise.all([transcript.append(user("two")), transcript.append(user("three"))]);
      await transcript.close();
      const reading = await readTranscript(transcript.path);
      const entries = reading?.entries ?? [];
      expect([entries.length, reading?.lostLines]).toEqual([3, 1]);
      expect(entries.map(({ parentUuid }) => parentUuid)).toEqual([null, entries[0]?.uuid, entries[1]?.uuid]);
    },
  );

  test("that is a link is not opened", async () => {
    const { symlinkSync, mkdirSync } = await import("node:fs");
    mkdirSync(join(folder, "s"), { mode: 0o700 });
    writeFileSync(join(folder, "elsewhere"), "");
    symlinkSync(join(folder, "elsewhere"), join(folder, "s", "a.jsonl"));
    await expect(open()).rejects.toMatchObject({ code: "ELOOP" });
  });

  test("that there is not is null", async () => {
    expect(await readTranscript(join(folder, "none.jsonl"))).toBeNull();
  });

  test("cut anywhere can be read, and loses the cut line only", async () => {
    const path = await write(user("one"), assistant("t1"), results("t1"), assistant());
    const whole = readFileSync(path);
    for (let length = 0; length <= whole.length; length += 7) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      const lines = whole.subarray(0, length).toString().split("\n").length - 1;
      const reading = await readTranscript(path);
      expect(reading?.entries.length).toBeGreaterThanOrEqual(lines);
      expect(reading?.lostLines).toBeLessThanOrEqual(1);
    }
  });
});

describe("the conversation of a transcript", () => {
  test("leaves out failures, and gives calls without a result one that says so", async () => {
    const failed = { ...assistant(), isApiErrorMessage: true, error: "overloaded" } as EntryBody;
    const messages = await messagesOf(
      await write(user("go"), assistant("t1", "t2"), results("t2"), failed, assistant("t3")),
    );
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant", "user"]);
    const [, , second, , last] = messages;
    expect(second?.content).toMatchObject([
      {
        type: "tool_result",
        tool_use_id: "t1",
        is_error: true,
        content: expect.stringContaining("check what is already done"),
      },
      { type: "tool_result", tool_use_id: "t2", content: "ok" },
    ]);
    expect(last?.content).toMatchObject([{ tool_use_id: "t3", is_error: true }]);
  });

  test("leaves out a result of a call that there is not", async () => {
    const messages = await messagesOf(await write(user("go"), assistant(), results("ghost"), user("on")));
    expect(JSON.stringify(messages)).not.toContain("ghost");
  });

  test("is one that the API takes, whatever was killed where", async () => {
    const id = fc.constantFrom("t1", "t2", "t3");
    const ids = fc.uniqueArray(id, { maxLength: 3 });
    const body = fc.oneof(
      ids.map((own) => assistant(...own)),
      ids.map((own) => results(...own)),
      fc.constant(user("x")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(body, { maxLength: 12 }), async (bodies) => {
        rmSync(join(folder, "s"), { recursive: true, force: true });
        const messages = await messagesOf(await write(...bodies));
        for (const [at, message] of messages.entries()) {
          expect(message.content.length).toBeGreaterThan(0);
          if (message.role !== "assistant") continue;
          const calls = message.content.flatMap((block) =>
            block.type === "tool_use" ? [String((block as { id: unknown }).id)] : [],
          );
          const next = messages[at + 1];
          const given =
            next?.role === "user"
              ? next.content.flatMap((block) => (block.type === "tool_result" ? [block.tool_use_id] : []))
              : [];
          expect(given.toSorted()).toEqual(calls.toSorted());
        }
      }),
      { numRuns: 60 },
    );
  });
});
