/** Transcripts as they should never be, named by a SessionEnd hook: what the ledger, the commands and this process make of them. */
import { execFile } from "node:child_process";
import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { readFailedTurns } from "../../src/agents/index.ts";
import { forbiddenInTexts } from "../support/nasty-text.ts";
import { type BadInput, type Recipe, textsOf } from "./generate-input.ts";
import { type Held, holdRows, type LaterRows } from "./hold-rows.ts";
import type { Measured, TranscriptFacts } from "./measure-transcript.ts";
import { failedTurn, inputOf, makeRecording, type Recording } from "./recorded-sessions.ts";

const PROGRAM = join(import.meta.dirname, "measure-transcript.ts");
const FAILED = "API Error: 529 Overloaded.";
const MIB = 1024 * 1024;
const TAIL = 256 * 1024;

interface Ended {
  readonly world: Recording;
  readonly facts: TranscriptFacts;
}

/** A session that left this transcript, ended and taken in. Nothing is said to be wrong with it. */
async function endWith(content: string | Uint8Array): Promise<Ended> {
  const world = makeRecording();
  return { world, facts: await takeInEnd(world, world.transcript(content)) };
}

async function takeInEnd(world: Recording, path: string): Promise<TranscriptFacts> {
  await world.deliver("end", inputOf("SessionEnd", { reason: "other", transcript_path: path }));
  expect(await world.takeIn()).toMatchObject({ files: 1, setAside: 0 });
  expect(world.reasons()).toEqual([]);
  const facts = await readFailedTurns(path);
  if (!facts) throw new Error("expected a transcript that can be read");
  return facts;
}

/** The one failure of a session, told by its transcript alone. */
function expectFailure({ world }: Ended, message = FAILED): void {
  const failures = world.failures();
  expect(failures).toMatchObject([{ session_id: "s", status: 529, cause: "overload", message }]);
  expect(failures[0]?.said.map(({ witness }) => witness)).toEqual(["transcript"]);
}

const bytesOf = ({ input }: BadInput): Buffer => Buffer.from(String(input), "base64");

/**
 * A transcript of the row's size: its own beginning, a hole that takes no room on the disk, and its own last bytes. A failed turn stands
 * in front of what may be read, and one at the end.
 */
function largeTranscript(world: Recording, row: BadInput): string {
  const { prefix, unit, count, suffix } = row.input as Extract<Recipe, { gen: "repeat" }>;
  const size = prefix.length + unit.length * count + suffix.length;
  const path = world.transcript(failedTurn("too far from the end", { uuid: "first" }) + prefix);
  const last = unit.repeat(Math.ceil(MIB / unit.length)) + suffix;
  const file = openSync(path, "r+");
  const early = failedTurn("just too far from the end", { uuid: "second" });
  writeSync(file, early, size - last.length - early.length);
  writeSync(file, last, size - last.length);
  writeSync(file, failedTurn(FAILED), size);
  closeSync(file);
  expect(statSync(path).size).toBeGreaterThan(size);
  return path;
}

/** Reads one in a process of its own, which reads the end of it, holds no more, and has done so at once. */
async function readsOnlyTheEnd(path: string): Promise<void> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, path]);
  const measured = JSON.parse(stdout) as readonly Measured[];
  expect(measured).toHaveLength(3);
  for (const { facts, readBytes, grownBytes } of measured) {
    expect(facts?.failures.map(({ message }) => message)).toEqual([FAILED]);
    // The rest is what looking at /proc takes.
    expect(readBytes ?? TAIL).toBeGreaterThanOrEqual(TAIL);
    expect(readBytes ?? TAIL).toBeLessThan(TAIL + 64 * 1024);
    expect(grownBytes ?? 0).toBeLessThan(8 * MIB);
  }
  expect(Math.min(...measured.map(({ cpuMs }) => cpuMs))).toBeLessThan(100);
}

const holdsLarge: Held[string] = async (_text, row) => {
  const world = makeRecording();
  const path = largeTranscript(world, row);
  await readsOnlyTheEnd(path);
  expectFailure({ world, facts: await takeInEnd(world, path) });
};

const held: Held = {
  "tra-001": async (text) => {
    const ended = await endWith(failedTurn(FAILED) + text);
    expectFailure(ended);
    expect(ended.facts.skipped).toBe(0);
    // The same line, ended, is damage and no line that is being written.
    const { facts } = await endWith(`${failedTurn(FAILED)}${text}\n`);
    expect(facts.skipped).toBe(1);
  },
  "tra-002": async (_text, row) => {
    const lines = bytesOf(row);
    const whole = Buffer.concat([Buffer.from(failedTurn(FAILED)), lines]);
    const before = await endWith(whole);
    expect(before.facts.skipped).toBe(1);
    expectFailure(before);
    const behind = await endWith(Buffer.concat([lines, Buffer.from(failedTurn(FAILED))]));
    expect(behind.facts.skipped).toBe(1);
    // The line behind the damage was read: the model answered before it failed.
    expect(behind.facts.failures).toMatchObject([{ hasAnswerBefore: true }]);
    expectFailure(behind);
  },
  "tra-003": holdsLarge,
  "tra-004": holdsLarge,
  "tra-008": async (_text, row) => {
    const own = await endWith(bytesOf(row));
    expect(own.facts).toEqual({ failures: [], endsInFailure: false, skipped: 0 });
    // Written the same way, with the failure in the line that has the mark in front, and in one that ends in CR LF.
    const [mark, end] = ["\ufeff", "\r\n"];
    const second = failedTurn(FAILED, { uuid: "second" }).trim();
    const ended = await endWith(`${mark}${failedTurn(FAILED).trim()}${end}${second}${end}`);
    expect(ended.facts).toMatchObject({ skipped: 0, endsInFailure: true });
    expect(ended.facts.failures.map(({ entryId }) => entryId)).toEqual(["failed", "second"]);
    expect(ended.world.failures()).toHaveLength(2);
  },
  "tra-010": async (text, row) => {
    const value = /AWS_SECRET_ACCESS_KEY=([\w/]{40})/.exec(text)?.[1] ?? "";
    expect(value).toHaveLength(40);
    const use = { type: "tool_use", id: "t", name: "Bash", input: { command: `echo ${value}` } };
    const calls = JSON.stringify({ type: "assistant", uuid: "2", message: { content: [use] } });
    const quoting = failedTurn(`API Error: 529 at: export AWS_SECRET_ACCESS_KEY=${value}`);
    const { world } = await endWith(`${textsOf(row)[0]}${calls}\n${quoting}`);
    expect(world.failures()).toMatchObject([
      { last_tool: "Bash", message: expect.stringMatching(/^API Error: 529 at: .*\[redacted: /) },
    ]);
    for (const [place, all] of [...world.bytes(), ...(await world.shown())])
      expect(all.includes(value.slice(4, 30)), place).toBe(false);
  },
  "tra-011": async (text) => {
    const { world, facts } = await endWith(text);
    expect(facts).toEqual({ failures: [], endsInFailure: false, skipped: 0 });
    expect(world.failures()).toEqual([]);
    const words = '"isApiErrorMessage":true,"error":"rate_limit"';
    const nested = [
      { type: "user", message: { content: `{${words}}` } },
      { type: "user", message: { content: [{ type: "tool_result", content: JSON.parse(`{${words}}`) }] } },
      { type: "user", toolUseResult: JSON.parse(`{${words}}`) },
      { type: "assistant", message: JSON.parse(`{${words}}`) },
      { type: "assistant", isApiErrorMessage: "true", error: "rate_limit" },
      { type: "system", content: words, isApiErrorMessage: true, error: "rate_limit" },
    ];
    const timestamp = new Date().toISOString();
    const lines = nested.map((entry) => `${JSON.stringify({ timestamp, ...entry })}\n`);
    const more = await endWith(lines.join(""));
    expect(more.facts).toMatchObject({ failures: [], endsInFailure: false, skipped: 0 });
    expect(more.world.failures()).toEqual([]);
    expectFailure(await endWith(text + failedTurn(FAILED)));
  },
  "tra-012": async (text) => {
    const own = await endWith(text);
    expect(own.facts).toEqual({ failures: [], endsInFailure: false, skipped: 0 });
    expect(own.world.failures()).toEqual([]);
    // The same chain of entries, of failed turns: each is met once, in the order of the file, and one that stands there twice failed once.
    const links = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    const { world, facts } = await endWith(links.map((link) => failedTurn(FAILED, link)).join(""));
    expect(facts.failures.map(({ entryId }) => entryId)).toEqual(["a", "b", "a"]);
    expect(world.failures()).toHaveLength(2);
  },
  "tra-014": async (text) => {
    const ended = await endWith(`${failedTurn(FAILED)}${text}\n`);
    expect(ended.facts.skipped).toBe(1);
    expectFailure(ended);
    const behind = await endWith(`${text}\n${failedTurn(FAILED)}`);
    expect(behind.facts.skipped).toBe(1);
    expectFailure(behind);
  },
};

const later: LaterRows = {
  "tra-009": {
    heldBy: "console",
    check: async (text) => {
      // What a model answered is no excerpt of a failure: nothing of it is kept.
      const own = await endWith(text);
      for (const [place, all] of own.world.bytes()) expect(all.includes("alert(1)"), place).toBe(false);
      const [{ text: answer = "" } = {}] = (JSON.parse(text) as { message: { content: { text: string }[] } })
        .message.content;
      expect(answer).toMatch(forbiddenInTexts);
      const { world } = await endWith(failedTurn(answer));
      const shown = await world.shown();
      for (const [place, all] of shown) expect(forbiddenInTexts.test(all), place).toBe(false);
      const explained = JSON.parse(shown.get("explain --json at a pipe") ?? "null") as object;
      expect(explained).toMatchObject({ message: "<script>alert(1)</script>" });
      expect(shown.get("explain at 100 columns")).toContain('"<script>alert(1)</script>"');
    },
  },
};

holdRows("transcript", held, later);
