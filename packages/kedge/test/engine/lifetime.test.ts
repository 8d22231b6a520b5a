import { describe, expect, test } from "vitest";
import { parseFrontmatterYaml } from "../../src/cli/frontmatter-yaml.ts";
import { readFrontmatterSource, type Source } from "../../src/engine/index.ts";
import { deliver, makePlaces, mark, settingsOf } from "../support/engine-places.ts";

function source(kind: "skill" | "agent", name: string, more: object = {}, group: object = {}): Source {
  const hooks = { Stop: [{ ...group, hooks: [{ type: "command", command: mark(name), ...more }] }] };
  const text = `---\nhooks: ${JSON.stringify(hooks)}\n---\n`;
  const found = readFrontmatterSource(
    { kind, text, name, file: "", isFromProject: false },
    parseFrontmatterYaml,
  );
  if (!found) throw new Error("expected hooks");
  return found;
}

describe("how long hooks live", () => {
  test("`once` of a skill: it runs once, whatever happens at the same moment, and not any more", async () => {
    const places = makePlaces();
    const engine = await places.engine();
    engine.addSource(source("skill", "gate", { once: true }));
    engine.addSource(source("skill", "other"));
    await Promise.all([deliver(engine), deliver(engine)]);
    const { trace } = await deliver(engine);
    expect(places.takeMarks().sort()).toEqual(["gate", "other", "other", "other"]);
    expect(trace.considered).toMatchObject([{ outcome: "switched_off", why: "it runs once, and has run" }]);
  });

  test("a source that was added is heard by every event from then on, also while another event has it read", async () => {
    const places = makePlaces();
    const engine = await places.engine();
    // What was read shortly after a change is read again anyway.
    await expect.poll(async () => (await engine.state()).fingerprint).not.toBeNull();
    engine.addSource(source("skill", "gate"));
    await Promise.all([deliver(engine), deliver(engine), deliver(engine)]);
    expect(places.takeMarks()).toEqual(["gate", "gate", "gate"]);
  });

  test("`once` means nothing in settings and in agents", async () => {
    const places = makePlaces();
    const settings = settingsOf("user") as { hooks: { Stop: [{ hooks: [object] }] } };
    Object.assign(settings.hooks.Stop[0].hooks[0], { once: true });
    places.write("home/.claude/settings.json", settings);
    const engine = await places.engine();
    engine.addSource({ ...source("agent", "agent", { once: true }), agentId: "a1" });
    for (let at = 0; at < 2; at++) {
      await deliver(engine);
      await deliver(engine, "SubagentStop", { agent_id: "a1", agent_type: "x" });
    }
    expect(places.takeMarks().sort()).toEqual(["agent", "agent", "user", "user"]);
  });

  test("a copy elsewhere does not bring back what has run", async () => {
    const places = makePlaces();
    const engine = await places.engine();
    const copy = source("skill", "gate", { once: true, onFailure: "block" });
    engine.addSource(source("skill", "gate", { once: true }));
    engine.addSource(copy);
    await deliver(engine);
    await deliver(engine);
    expect(places.takeMarks()).toEqual(["gate"]);
  });

  test("hooks of a subagent hear its own events and nobody else's", async () => {
    const places = makePlaces();
    const engine = await places.engine();
    const remove = ["a1", "a2"].map((agentId) =>
      engine.addSource({ ...source("agent", agentId, {}, { matcher: "never" }), agentId }),
    );
    const stop = (agent: object) => deliver(engine, "SubagentStop", { agent_type: "x", ...agent });
    await stop({ agent_id: "a2" });
    await stop({});
    await stop({ agent_id: "a3" });
    expect(places.takeMarks()).toEqual(["a2"]); // a matcher of Stop means nothing
    expect(await engine.consider("SubagentStop", { agent_id: "a1", agent_type: "x" })).toMatchObject([
      { outcome: "runs" },
      { outcome: "matcher", why: expect.stringContaining("one subagent") },
    ]);
    for (const each of remove) each();
    await stop({ agent_id: "a2" });
    expect(places.takeMarks()).toEqual([]);
  });

  test("a gate of a subagent that cannot be read closes for that subagent, also beside another of its kind", async () => {
    const places = makePlaces();
    const engine = await places.engine();
    const hooks = {
      PreToolUse: [{ matcher: "(", hooks: [{ type: "command", command: "true", onFailure: "block" }] }],
    };
    const text = `---\nhooks: ${JSON.stringify(hooks)}\n---\n`;
    const about = { kind: "agent", text, name: "a.md", file: "", isFromProject: false } as const;
    for (const agentId of ["a1", "a2"]) {
      const own = readFrontmatterSource(about, parseFrontmatterYaml);
      if (own) engine.addSource({ ...own, agentId });
    }
    const call = async (agent: object) =>
      (await engine.dispatch("PreToolUse", { tool_name: "Bash", tool_input: {}, ...agent })).decision
        .behavior;
    expect(await call({ agent_id: "a2" })).toBe("deny");
    expect(await call({})).toBe("none");
  });
});
