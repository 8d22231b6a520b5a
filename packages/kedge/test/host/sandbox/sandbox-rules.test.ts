import { describe, expect, test } from "vitest";
import { mergeSandboxRules, type SandboxRules } from "../../../src/host/sandbox/sandbox-rules.ts";
import { parseSettings } from "../../../src/protocol/index.ts";
import { pairwiseRows } from "../../support/pairwise.ts";
import { createRandom } from "../../support/random.ts";

type Kind = "managed" | "flag" | "local" | "project" | "user";
const KINDS: readonly Kind[] = ["managed", "flag", "local", "project", "user"];

function merge(given: Readonly<Partial<Record<Kind, object>>>, { isTrusted = false } = {}): SandboxRules {
  const sources = KINDS.flatMap((kind) => {
    const own = given[kind];
    if (!own) return [];
    const { sandbox } = parseSettings(JSON.stringify({ sandbox: own }), kind).settings;
    const isFromProject = kind === "local" || kind === "project";
    return [{ isManaged: kind === "managed", mayPermit: !isFromProject || isTrusted, sandbox }];
  });
  return mergeSandboxRules(sources, { projectDir: "/p", homeDir: "/h" });
}

const network = (value: object) => ({ network: value });
const files = (value: object) => ({ filesystem: value });

describe("switches", () => {
  test("without settings there is no sandbox, and nothing was said of commands outside of it", () => {
    expect(merge({})).toMatchObject({
      ...{ isEnabled: false, failsIfUnavailable: false, autoAllows: false, allowsUnsandboxed: null },
      ...{ isWeaker: false, allowsAllUnixSockets: false, problems: [] },
    });
  });

  test.for<[Partial<Record<Kind, object>>, boolean, boolean]>([
    [{ user: { enabled: true } }, true, true],
    [{ project: { enabled: true } }, true, true],
    [{ user: { enabled: true }, project: { enabled: false } }, true, false],
    [{ user: { enabled: true }, local: { enabled: false } }, true, false],
    [{ user: { enabled: false }, project: { enabled: true } }, true, true],
    [{ flag: { enabled: false }, project: { enabled: true } }, false, false],
    [{ managed: { enabled: true }, flag: { enabled: false }, user: { enabled: false } }, true, true],
    [{ managed: { enabled: false }, user: { enabled: true } }, false, false],
    [{ user: { enabled: "yes" } }, false, false],
    [{ managed: { enabled: true }, user: { enabled: "no" } }, true, true],
  ])("%j: on is %s before trust and %s after it", ([given, before, after]) => {
    expect([merge(given).isEnabled, merge(given, { isTrusted: true }).isEnabled]).toEqual([before, after]);
  });

  test.for<[Partial<Record<Kind, object>>, boolean, boolean]>([
    [{ project: { enabled: true } }, false, true],
    [{ project: { enabled: true, autoAllowBashIfSandboxed: true } }, false, true],
    [{ project: { enabled: true }, user: { enabled: false } }, false, true],
    [{ project: { enabled: true }, user: { enabled: true } }, true, true],
    [{ user: { enabled: true } }, true, true],
    [{ user: { enabled: true, autoAllowBashIfSandboxed: false } }, false, false],
    [{ project: { enabled: true }, user: { autoAllowBashIfSandboxed: true } }, true, true],
    [{ project: { enabled: true, autoAllowBashIfSandboxed: false }, user: { enabled: true } }, false, false],
  ])("%j: commands are free in it is %s before trust and %s after it", ([given, before, after]) => {
    expect([merge(given).autoAllows, merge(given, { isTrusted: true }).autoAllows]).toEqual([before, after]);
  });

  test("a project permits nothing before trust, and restricts always", () => {
    const loose = {
      ...{ enabled: false, failIfUnavailable: false, autoAllowBashIfSandboxed: true },
      ...{ allowUnsandboxedCommands: true, enableWeakerNestedSandbox: true, excludedCommands: ["docker"] },
      ...files({ allowWrite: ["/w"], allowRead: ["/r"], denyWrite: ["/dw"], denyRead: ["/dr"] }),
      ...network({ allowedDomains: ["a.b"], allowUnixSockets: ["/s"], allowAllUnixSockets: true }),
    };
    expect(merge({ project: loose, user: { enabled: true } })).toMatchObject({
      ...{ isEnabled: true, allowsUnsandboxed: null, isWeaker: false, excludedCommands: [] },
      ...{ allowWrite: [], allowRead: [], allowedDomains: [], unixSockets: [], allowsAllUnixSockets: false },
      ...{ denyWrite: ["/dw"], denyRead: [{ path: "/dr", except: [] }] },
    });
    const strict = { enabled: true, failIfUnavailable: true, autoAllowBashIfSandboxed: false };
    const user = { autoAllowBashIfSandboxed: true, allowUnsandboxedCommands: true, failIfUnavailable: false };
    expect(merge({ project: { ...strict, allowUnsandboxedCommands: false }, user })).toMatchObject({
      ...{ isEnabled: true, failsIfUnavailable: true, autoAllows: false, allowsUnsandboxed: false },
    });
  });

  test("what managed settings say is not weakened by any pair of others", () => {
    const managed = {
      ...{ enabled: true, failIfUnavailable: true, autoAllowBashIfSandboxed: false },
      ...{ allowUnsandboxedCommands: false, enableWeakerNestedSandbox: false },
      filesystem: { denyWrite: ["/dw"], denyRead: ["/dr"], allowManagedReadPathsOnly: true },
      network: {
        allowedDomains: ["good.example"],
        allowManagedDomainsOnly: true,
        allowAllUnixSockets: false,
      },
    };
    const weakening: readonly (object | undefined)[] = [
      undefined,
      { enabled: false },
      { failIfUnavailable: false },
      { autoAllowBashIfSandboxed: true },
      { allowUnsandboxedCommands: true },
      { enableWeakerNestedSandbox: true, excludedCommands: ["bash", "sh"] },
      files({ allowRead: ["/dr", "/dr/x"], denyRead: [], denyWrite: [] }),
      files({ allowManagedReadPathsOnly: false, allowWrite: ["/dw"] }),
      network({ allowedDomains: ["evil.example"], allowManagedDomainsOnly: false }),
      network({ allowAllUnixSockets: true, allowUnixSockets: ["/run/docker.sock"] }),
    ];
    const random = createRandom(11);
    const factors = { flag: weakening, local: weakening, project: weakening, user: weakening };
    for (const row of pairwiseRows(factors, random)) {
      const given = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
      const rules = merge({ managed, ...given }, { isTrusted: true });
      expect(rules, JSON.stringify(row)).toMatchObject({
        ...{ isEnabled: true, failsIfUnavailable: true, autoAllows: false, allowsUnsandboxed: false },
        ...{ isWeaker: false, excludedCommands: [], allowRead: [], allowedDomains: ["good.example"] },
        ...{ unixSockets: [], allowsAllUnixSockets: false },
      });
      expect(rules.denyWrite).toContain("/dw");
      expect(rules.denyRead).toContainEqual({ path: "/dr", except: [] });
    }
  });

  test("managed settings that switch it on are not undone by what they did not say", () => {
    const undoing = {
      ...{ allowUnsandboxedCommands: true, enableWeakerNestedSandbox: true, excludedCommands: ["sh"] },
      network: { allowAllUnixSockets: true, allowUnixSockets: ["/s"] },
    };
    expect(merge({ managed: { enabled: true }, flag: undoing, user: undoing })).toMatchObject({
      ...{ allowsUnsandboxed: null, isWeaker: false, excludedCommands: [] },
      ...{ allowsAllUnixSockets: false, unixSockets: [] },
    });
  });
});

describe("places", () => {
  test.for([
    ["/a/b", "/a/b"],
    ["//a/b", "/a/b"],
    ["~/x", "/h/x"],
    ["~", "/h"],
    ["out", "/p/out"],
    ["./out/**", "/p/out"],
    ["/a/*", "/a"],
    ["../x", "/x"],
  ])("%s is %s", ([text, path]) => {
    expect(merge({ user: files({ allowWrite: [text] }) }).allowWrite).toEqual([path]);
  });

  test.for(["", "/a/*/b", "**/.env", "/a?b", "/a\0b"])("%j is told, and left out", (text) => {
    const { allowWrite, problems } = merge({ user: files({ allowWrite: [text, "/ok"] }) });
    expect(allowWrite).toEqual(["/ok"]);
    expect(problems).toEqual([expect.stringContaining(JSON.stringify(text))]);
  });

  test("what one source hides is shown again by itself and by stronger ones only", () => {
    const { denyRead } = merge({
      flag: files({ allowRead: ["/s/flag"] }),
      user: files({ denyRead: ["/s"], allowRead: ["/s/user"] }),
      managed: files({ denyRead: ["/m"] }),
    });
    expect(denyRead).toEqual([
      { path: "/m", except: [] },
      { path: "/s", except: ["/s/flag", "/s/user"] },
    ]);
  });

  test("ports of other proxies are told to be without effect", () => {
    expect(merge({ user: network({ httpProxyPort: 8080 }) }).problems).toEqual([
      expect.stringContaining("sandbox.network.httpProxyPort is not in force"),
    ]);
  });
});
