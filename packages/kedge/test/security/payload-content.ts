/** Hook inputs whose values are of the wrong kind, too large, or nobody's business, delivered to the installed entry. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { planInstall } from "../../src/agents/index.ts";
import { hooksOf, makeWorld } from "../support/engine-dispatch.ts";
import { forbiddenInTexts } from "../support/nasty-text.ts";
import type { Held } from "./hold-rows.ts";
import { expectNowhere, inputOf, makeRecording, type Recording } from "./recorded-sessions.ts";

/** A session of one failure, taken in. */
async function failWith(...inputs: readonly string[]): Promise<Recording> {
  const world = makeRecording();
  for (const input of inputs) await world.deliver("failure", input);
  expect(await world.takeIn()).toMatchObject({ files: inputs.length, setAside: 0 });
  return world;
}

/** Delivers a hook input through Kedge's own engine, as an agent that has the installed settings does. */
async function dispatchFailure(
  world: Recording,
  input: string,
): Promise<{ readonly args: string; readonly env: string }> {
  const project = makeWorld();
  const plan = planInstall(null, world.entry, "settings.json");
  if (!plan.ok) throw new Error("expected a plan");
  project.settings("user", JSON.parse(plan.text) as Readonly<Record<string, unknown>>);
  project.settings("project", hooksOf("StopFailure", "cat >in; env >env; ps -o args= -p $$ >args"));
  const engine = await project.open();
  const { hook_event_name: _event, ...fields } = JSON.parse(input) as Readonly<Record<string, unknown>>;
  const { trace } = await engine.dispatch("StopFailure", fields);
  expect(trace.runs.map(({ status }) => status)).toEqual(["ok", "ok"]);
  const read = (name: string): string => readFileSync(join(project.projectDir, name), "utf8");
  expect(JSON.parse(read("in"))).toMatchObject(fields);
  return { args: read("args"), env: read("env") };
}

export const contentHeld: Held = {
  "pay-017": async (text) => {
    const { prompt } = JSON.parse(text) as { readonly prompt: string };
    const token = /ghp_\w+/.exec(prompt)?.[0] ?? "";
    const world = makeRecording();
    for (const witness of ["failure", "end", "start"] as const) await world.deliver(witness, text);
    expect(await world.takeIn()).toMatchObject({ files: 0, setAside: 3 });
    for (const why of world.reasons())
      expect(why).toMatch(/^it is of the event UserPromptSubmit, not of \w+\n$/);
    for (const [place, all] of world.bytes())
      if (!place.includes("/spool/bad/")) expect(all.includes(prompt), place).toBe(false);
    // Events that are taken in have no prompt either, and what is kept of them has no token.
    const more = { prompt, user_prompt: prompt, message: prompt, error: "server_error" };
    await world.deliver("start", inputOf("SessionStart", more));
    await world.deliver(
      "failure",
      inputOf("StopFailure", { ...more, last_assistant_message: `not valid: ${token}` }),
    );
    await world.deliver(
      "end",
      inputOf("SessionEnd", { ...more, transcript_path: world.transcript(`${text}\n`) }),
    );
    await world.deliver("failure", inputOf("StopFailure", { ...more, prompt_id: "without-words" }));
    expect(await world.takeIn()).toMatchObject({ files: 4, setAside: 0 });
    const messages = world.failures().map(({ message }) => message);
    expect(messages.toSorted()).toEqual(["not valid: [redacted: github-token]", null]);
    const shown = await world.shown();
    for (const [place, all] of [...world.bytes(), ...shown]) {
      if (place.includes("/spool/bad/")) continue;
      expect(all.includes(token), place).toBe(false);
      expect(all.includes("please"), place).toBe(false);
    }
  },
  "pay-021": async (text) => {
    const { error_details: details } = JSON.parse(text) as { readonly error_details: string };
    const world = makeRecording();
    const { args, env } = await dispatchFailure(world, text);
    for (const where of [args, env]) {
      expect(where.length).toBeGreaterThan(0);
      expect(where).not.toContain("dddd");
    }
    const [name = ""] = readdirSync(join(world.spoolDir, "new"));
    expect(readFileSync(join(world.spoolDir, "new", name), "utf8")).toContain(`"${details}"`);
    expect(await world.takeIn()).toMatchObject({ files: 1, setAside: 0 });
    expect(world.failures()).toMatchObject([{ session_id: "s", agent_kind: "server_error" }]);
    expect(world.failures()[0]?.said).toMatchObject([{ details: "d".repeat(4_096) }]);
  },
  "pay-009": async (text) => {
    const world = await failWith(text);
    const [failure] = world.failures();
    expect(failure).toMatchObject({ cause: "unknown", agent_kind: "<script>alert(1)</script>" });
    expect(failure?.said).toMatchObject([{ details: '{"nested":["x"]}' }]);
    const shown = await world.shown();
    const explained = JSON.parse(shown.get("explain --json at a pipe") ?? "null") as object;
    expect(explained).toMatchObject({ agentKind: "<script>alert(1)</script>" });
    // As long and as hostile as it gets.
    const details = {
      deep: JSON.parse(`${"[".repeat(150)}${"]".repeat(150)}`) as unknown,
      long: "\u001b[2J\u202e\u0000".repeat(50_000),
    };
    const more = await failWith(
      inputOf("StopFailure", { error: "\u001b]0;x\u0007\u202e<b>", error_details: details }),
    );
    const kept = more.failures()[0]?.said[0]?.details ?? "";
    expect(kept).toBe(JSON.stringify(details).slice(0, 4_096));
    for (const [place, all] of await more.shown()) expect(forbiddenInTexts.test(all), place).toBe(false);
    expect(failure).toMatchObject({ kind: "unknown" });
    expect(JSON.parse(failure?.verdict ?? "null")).toMatchObject({ kind: "unknown" });
    expect(shown.get("explain at a pipe")).not.toContain("which is right");
  },
  "pay-014": async (text) => {
    expect(text).toContain("9007199254740993");
    const world = await failWith(text);
    expect(world.failures()).toMatchObject([{ session_id: "s", kind: "rate_limit", request_id: null }]);
    // Read as a number it would be this one.
    await expectNowhere(world, "9007199254740992");
    const large =
      '{"request_id":9007199254740993,"attempts":9007199254740993,"resets_at_ms":9007199254740993}';
    for (const more of [`"error_details":${large}`, `"kedge":${large}`]) {
      const world = await failWith(
        `{"session_id":"s","hook_event_name":"StopFailure","error":"rate_limit",${more}}`,
      );
      expect(world.failures()).toHaveLength(1);
      for (const [place, all] of world.bytes()) expect(all.includes("9007199254740992"), place).toBe(false);
    }
  },
};
