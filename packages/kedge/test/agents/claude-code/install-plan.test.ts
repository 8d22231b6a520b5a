import { describe, expect, it } from "vitest";
import { installedScripts, planInstall, planUninstall } from "../../../src/agents/index.ts";
import fc from "../../support/fast-check.ts";
import { shapes } from "./shapes.ts";

const SCRIPT = "/home/it's me/.local/state/kedge/intake/kedge-intake";
const QUOTED = "'/home/it'\\''s me/.local/state/kedge/intake/kedge-intake'";

function install(text: string | null, script = SCRIPT): string {
  const plan = planInstall(text, script, "settings.json");
  if (!plan.ok) throw new Error(JSON.stringify(plan.problem));
  return plan.text;
}

function uninstall(text: string, base: string | null): string {
  const plan = planUninstall(text, "settings.json", base);
  if (!plan.ok) throw new Error(JSON.stringify(plan.problem));
  return plan.text;
}

function parse(text: string): Record<string, unknown> {
  return text.trim() === "" ? {} : JSON.parse(text.replace(/^\ufeff/, ""));
}

const handler = (witness: string) => ({ type: "command", command: `${QUOTED} ${witness}`, timeout: 10 });
const EVENTS = { StopFailure: "failure", SessionEnd: "end", SessionStart: "start" };

/** What the settings mean afterwards, made without looking at texts. */
function withEntry(settings: Record<string, unknown>): Record<string, unknown> {
  const hooks: Record<string, unknown> = { ...(settings.hooks as object) };
  for (const [event, witness] of Object.entries(EVENTS))
    hooks[event] = [...((hooks[event] as unknown[]) ?? []), { hooks: [handler(witness)] }];
  return { ...settings, hooks };
}

describe.each(shapes)("settings with %s", (_, text) => {
  it("get the three handlers and keep their meaning, and a second run changes nothing", () => {
    const installed = install(text);
    expect(parse(installed)).toEqual(withEntry(parse(text)));
    const again = planInstall(installed, SCRIPT, "settings.json");
    expect(again).toEqual({ ok: true, text: installed, changes: [] });
    expect(installedScripts(installed)).toEqual([SCRIPT]);
    expect(installedScripts(text)).toEqual([]);
  });

  it("keep every byte: what was there is there, in its order", () => {
    let rest = install(text);
    for (const character of text.replace(/\s/g, "")) {
      const at = rest.indexOf(character);
      expect(at).toBeGreaterThanOrEqual(0);
      rest = rest.slice(at + character.length);
    }
    expect(install(text).startsWith("\ufeff")).toBe(text.startsWith("\ufeff"));
    if (text.trim() !== "") expect(/\s*$/.exec(install(text))?.[0]).toBe(/\s*$/.exec(text)?.[0]);
    if (text.includes("\r\n") && text.trim() !== "") expect(install(text)).not.toMatch(/[^\r]\n/);
  });

  it("mean what they meant when the entry is taken out by itself, without knowing what was before", () => {
    const settings = parse(text);
    const after = parse(uninstall(install(text), null));
    const hooks = Object.entries((settings.hooks ?? {}) as object).filter(
      ([event, groups]) => !(event in EVENTS && Array.isArray(groups) && groups.length === 0),
    );
    const { hooks: _hooks, ...others } = settings;
    expect(after).toEqual(hooks.length === 0 ? others : { ...others, hooks: Object.fromEntries(hooks) });
  });

  it("are taken back by the handlers alone after somebody else changed the file", () => {
    if (!/"a"|"model"/.test(text)) return;
    const change = (of: string): string => of.replace(/"(a|model)"/, '"changed by somebody"');
    expect(uninstall(change(install(text)), text)).toBe(change(text));
  });
});

it("line ends between empty brackets stay", () => {
  expect(install("{\n\n}")).toMatch(/\n {2}\}\n\n\}$/);
});

describe("whatever the settings are", () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  const hooks = fc.dictionary(
    fc.constantFrom("Stop", "StopFailure", "SessionEnd", "SessionStart", "PreToolUse"),
    fc.array(fc.record({ matcher: fc.constantFrom("*", "x"), hooks: fc.array(json, { maxLength: 2 }) }), {
      maxLength: 2,
    }),
  );
  const layout = fc.constantFrom<string | number>(0, 1, 2, 4, "\t");

  it("installing adds the three handlers, and taking them out gives the file back byte for byte", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), json),
        fc.option(hooks, { nil: undefined }),
        layout,
        (others, own, unit) => {
          const settings = { ...others, ...(own === undefined ? {} : { hooks: own }) };
          if (own === undefined && "hooks" in others) return;
          const text = JSON.stringify(settings, null, unit);
          const installed = install(text);
          expect(parse(installed)).toEqual(withEntry(JSON.parse(text)));
          expect(install(installed)).toBe(installed);
          expect(uninstall(installed, text)).toBe(text);
        },
      ),
      { numRuns: 400, seed: 7 },
    );
  });
});

describe("an older entry", () => {
  const one = (command: unknown, more: object = {}) => ({ hooks: [{ type: "command", command, ...more }] });
  const settings = (groups: readonly unknown[], event = "StopFailure"): string =>
    JSON.stringify({ hooks: { [event]: groups } }, null, 2);

  it.each([
    ["another path", "/old/kedge-intake failure"],
    ["quotes", '"/old path/kedge-intake" failure'],
    ["a shell", "sh '/old/kedge-intake' failure"],
    ["exec", "exec /old\\ path/kedge-intake failure"],
    ["another witness", `${QUOTED} end`],
    ["a variable", '"$HOME"/x/kedge-intake failure'],
  ])("of another form (%s) is replaced in its place, with its time-out", (_, command) => {
    const text = settings([one("first"), one(command, { timeout: 99 }), one("last")]);
    const { hooks } = parse(install(text)) as { hooks: Record<string, unknown[]> };
    expect(hooks.StopFailure).toEqual([one("first"), one(`${QUOTED} failure`, { timeout: 99 }), one("last")]);
  });

  it.each([
    [{ async: true }],
    [{ asyncRewake: true }],
    [{ args: ["failure"] }],
    [{ if: "Bash" }],
    [{ shell: "powershell" }],
  ])("that is not awaited or not run for all (%j) is replaced as a whole", (more) => {
    const text = settings([one("args" in more ? "/x/kedge-intake" : `${QUOTED} failure`, more)]);
    const { hooks } = parse(install(text)) as { hooks: Record<string, unknown[]> };
    expect(hooks.StopFailure).toEqual([{ hooks: [handler("failure")] }]);
  });

  it("that stands twice, or behind a matcher, or for another event, becomes one", () => {
    const group = { matcher: "rate_limit", ...one("/x/kedge-intake failure") };
    const text = JSON.stringify({
      hooks: {
        Stop: [one("/x/kedge-intake failure")],
        StopFailure: [
          group,
          one("/x/kedge-intake failure"),
          one("other"),
          one(`${QUOTED} failure`, { timeout: 3 }),
        ],
      },
    });
    const { hooks } = parse(install(text)) as { hooks: Record<string, unknown[]> };
    expect(hooks.StopFailure).toEqual([one("other"), one(`${QUOTED} failure`, { timeout: 3 })]);
    expect(Object.keys(hooks)).toEqual(["StopFailure", "SessionEnd", "SessionStart"]);
  });

  it("shares a group with others, who stay", () => {
    const text = settings([
      {
        hooks: [
          { type: "command", command: "a" },
          { type: "command", command: "/x/kedge-intake failure" },
        ],
      },
    ]);
    expect(parse(uninstall(text, null))).toEqual({ hooks: { StopFailure: [one("a")] } });
  });

  it.each([
    "cat /x/kedge-intake",
    "/x/kedge-intake.sh failure",
    "echo kedge-intake",
    "/x/not-kedge-intake failure",
    "/kedge-intake/other",
    "",
  ])("is not seen in %j", (command) => {
    const text = settings([one(command)]);
    expect(uninstall(text, null)).toBe(text);
    expect(installedScripts(text)).toEqual([]);
  });
});

describe("a file that cannot be edited", () => {
  it.each([
    ["a comment", '{\n  // mine\n  "a": 1\n}', /line 2, column 3.*JSON has no comments/],
    ["a comma at the end", '{\n  "a": 1,\n}', /line 3, column 1.*no comma after the last/],
    ["an array", "[]", /Put \{ and \} around it/],
    ["half a file", '{"hooks": {', /line 1/],
    ["hooks that are a list", '{"hooks": []}', /hooks/],
    ["an event that is an object", '{"hooks": {"StopFailure": {}}}', /hooks\.StopFailure/],
    ["hooks twice", '{"hooks": {}, "hooks": {}}', /Remove the other/],
    ["an event twice", '{"hooks": {"SessionEnd": [], "SessionEnd": []}}', /Remove the other/],
    ["a text", '"hooks"', /object/],
  ])("with %s is refused with its place and what to do", (_, text, words) => {
    const plan = planInstall(text, SCRIPT, "settings.json");
    expect(plan.ok).toBe(false);
    const said = plan.ok ? "" : Object.values(plan.problem).join(" ");
    expect(said).toMatch(words);
    expect(said).toContain("Nothing was changed.");
  });
});
