/** Hook inputs that name a transcript that is none, delivered to the installed entry. */
import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  copyFileSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Check, Held } from "./hold-rows.ts";
import { expectNowhere, failedTurn, inputOf, makeRecording, runCommand } from "./recorded-sessions.ts";

const PLANTED = "API Error: 529 planted";

const readsTranscriptsOnly: Check = async (text) => {
  const world = makeRecording();
  await world.deliver("failure", text);
  // Whoever reads its environment as a transcript finds a failed turn in it.
  const ran = await runCommand(world, ["ingest", "--json"], { PLANTED: `\n${failedTurn(PLANTED)}` });
  expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
  expect(world.failures()).toMatchObject([{ session_id: "s", agent_kind: "server_error", witnesses: 1 }]);
  await expectNowhere(world, "planted");

  const place = makeRecording();
  const path = place.transcript(failedTurn(PLANTED));
  const root = join(place.homeDir, ".claude/projects");
  const outside = join(place.homeDir, "outside.jsonl");
  copyFileSync(path, outside);
  symlinkSync(outside, join(root, "link.jsonl"));
  mkdirSync(join(root, "folder.jsonl"));
  execFileSync("mkfifo", [join(root, "pipe.jsonl")]);
  copyFileSync(path, join(root, "p/other.txt"));
  // Open for both directions, so that there is something to read for whoever does.
  const pipe = openSync(join(root, "pipe.jsonl"), constants.O_RDWR | constants.O_NONBLOCK);
  writeSync(pipe, failedTurn(PLANTED));
  const others = [
    "link.jsonl",
    "folder.jsonl",
    "pipe.jsonl",
    "p/other.txt",
    "p/missing.jsonl",
    "../../outside.jsonl",
  ];
  const all = [path, outside, ...others.map((other) => `${root}/${other}`)];
  for (const [at, transcript_path] of all.entries())
    await place.deliver(
      "failure",
      inputOf("StopFailure", { error: "server_error", session_id: `s-${at}`, transcript_path }),
    );
  expect(await place.takeIn()).toMatchObject({ files: all.length, setAside: 0 });
  closeSync(pipe);
  const said = new Map(
    place.failures().map((each) => [each.session_id, each.said.map(({ witness }) => witness)]),
  );
  // The first is one, so that it is known that the others would have been read.
  expect(said.get("s-0")?.toSorted()).toEqual(["stop_failure_hook", "transcript"]);
  for (let at = 1; at < all.length; at++) expect(said.get(`s-${at}`), all[at]).toEqual(["stop_failure_hook"]);
};

export const transcriptHeld: Held = {
  "pay-007": async (text, row, texts) => {
    await readsTranscriptsOnly(text, row, texts);
    // A folder that is a link leads out of the folder of transcripts.
    const world = makeRecording();
    const root = join(world.homeDir, ".claude/projects");
    mkdirSync(root, { recursive: true });
    mkdirSync(join(world.homeDir, "outside"));
    writeFileSync(join(world.homeDir, "outside/s.jsonl"), failedTurn(PLANTED));
    symlinkSync(join(world.homeDir, "outside"), join(root, "p"));
    const transcript_path = join(root, "p/s.jsonl");
    await world.deliver("failure", inputOf("StopFailure", { error: "server_error", transcript_path }));
    expect(await world.takeIn()).toMatchObject({ files: 1, setAside: 0 });
    expect(world.failures()[0]?.said.map(({ witness }) => witness)).toEqual(["stop_failure_hook"]);
  },
};
