import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeHost } from "../../support/host-world.ts";

describe("a command of the session", () => {
  it("gets no variables by which a shell reads a line otherwise than it was judged", async () => {
    const names = [
      "CDPATH",
      "OLDPWD",
      "GLOBIGNORE",
      "POSIXLY_CORRECT",
      "CLAUDE_ENV_FILE",
      "OTEL_X",
      "BASH_FUNC_ls%%",
    ];
    const command = `env | grep -aE '^(${names.join("|")})' | grep -v '^OLDPWD$'; ls; echo "kept $KEPT"`;
    const world = await makeHost({ replies: [{ tool: "Bash", input: { command } }, { text: "done" }] });
    const odd = Object.fromEntries(names.map((name) => [name, "() { echo odd; }"]));
    const env = { ...world.base.env, ...odd, BASHOPTS: "dotglob", KEPT: "value" };
    await (await world.open({ env, permissionMode: "bypassPermissions" })).send("go");
    expect(world.said(1)).toContain("kept value");
    expect(world.said(1)).not.toMatch(/odd|OTEL|CDPATH/);
  });

  it.each(["environment", "hook"])(
    "goes to a folder of the project, not to one of the same name elsewhere: CDPATH of the %s",
    async (by) => {
      const command = "cd sub && touch here";
      const world = await makeHost({ replies: [{ tool: "Bash", input: { command } }, { text: "done" }] });
      world.write("project/sub/a", "");
      world.write("elsewhere/sub/a", "");
      const CDPATH = world.at("elsewhere");
      const leave = `echo "export CDPATH='${CDPATH}'" >>"$CLAUDE_ENV_FILE"`;
      if (by === "hook")
        world.settings("user", { hooks: { SessionStart: [{ hooks: [world.hook("start", leave)] }] } });
      const env = { ...world.base.env, ...(by === "hook" ? {} : { CDPATH }) };
      await (await world.open({ env, permissionMode: "acceptEdits" })).send("go");
      expect([existsSync(world.at("project/sub/here")), existsSync(world.at("elsewhere/sub/here"))]).toEqual([
        true,
        false,
      ]);
    },
  );
});

describe("a search of the session", () => {
  const search = async (permissions: object): Promise<readonly string[]> => {
    const replies = [
      { tool: "Grep", input: { pattern: "needle" } },
      { tool: "Glob", input: { pattern: "*.txt" } },
      { text: "done" },
    ];
    const world = await makeHost({ replies });
    world.settings("user", { permissions });
    for (const name of ["open.txt", "secret/key.txt", "asked/x.txt"])
      world.write(`project/${name}`, "needle");
    await (await world.open()).send("go");
    return world.said(2).match(/\w+\.txt/g) ?? [];
  };

  it("finds no file that must not be read, nor one that somebody would have to be asked about", async () => {
    const found = await search({ deny: ["Read(secret/**)"], ask: ["Read(asked/**)"] });
    expect(found).toEqual(["open.txt", "open.txt"]);
  });

  it("finds files that somebody was asked about, in the folder that was permitted", async () => {
    const input = { pattern: "needle", path: "asked" };
    const world = await makeHost({ replies: [{ tool: "Grep", input }, { text: "done" }] });
    world.settings("user", { permissions: { ask: ["Read(asked)"], deny: ["Read(key.txt)"] } });
    for (const name of ["asked/x.txt", "asked/key.txt"]) world.write(`project/${name}`, "needle");
    const asker = { ask: async () => ({ behavior: "allow", remembers: false }) as const };
    await (await world.open({ asker })).send("go");
    expect(world.said(1).match(/\w+\.txt/g)).toEqual(["x.txt"]);
  });

  it("finds all files without such rules", async () => {
    expect([...(await search({ deny: ["Read(other)"] }))].sort()).toEqual(
      ["key.txt", "open.txt", "x.txt"].flatMap((name) => [name, name]),
    );
  });
});
