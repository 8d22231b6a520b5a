/** What is protected by where it is, though its name tells nothing, in a working directory too. */
import { readFileSync, readlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeGuardWorld } from "./guard-world.ts";

describe("in a working directory", () => {
  it("what Kedge obeys is looked after", async () => {
    const world = makeGuardWorld({ "own/kedge.yaml": "version: 1\n" });
    world.context = { ...world.context, workingDirs: [world.project, world.folder] };
    await world.bash("echo y >>../own/kedge.yaml; echo y >../own/more; echo y >../other");
    expect(world.undone()).toEqual(["own/kedge.yaml", "own/more"]);
    expect(readFileSync(`${world.folder}/own/kedge.yaml`, "utf8")).toBe("version: 1\n");
  });

  it("what a link at a protected name leads to is looked after, with packages and with a home", async () => {
    const world = makeGuardWorld({
      ...{ "project/scripts/husky/pre-push": "a", "project/.husky": "-> scripts/husky" },
      ...{ "project/node_modules/p/.npmrc": "a", "project/.npmrc": "-> node_modules/p/.npmrc" },
      ...{ "home/.claude/own/a.json": "{}", "home/.claude/keybindings.json": "-> own/a.json" },
    });
    world.context = { ...world.context, workingDirs: [world.project, world.home] };
    await world.bash(
      "echo y >scripts/husky/pre-push; echo y >>node_modules/p/.npmrc; echo y >~/.claude/own/a.json; echo y >scripts/x",
    );
    expect(world.undone()).toEqual([
      "home/.claude/own/a.json",
      "project/node_modules/p/.npmrc",
      "project/scripts/husky/pre-push",
    ]);
  });

  it("what a link leads to follows the rule of its own name, where it has one", async () => {
    const world = makeGuardWorld({
      "project/conf/.gitconfig": "[user]\n\tname = a\n",
      "project/.gitconfig": "-> conf/.gitconfig",
    });
    await world.bash("git config -f conf/.gitconfig user.name b");
    expect(world.reports).toEqual([]);
    await world.bash("git config -f conf/.gitconfig core.pager y");
    expect(world.undone()).toEqual(["project/conf/.gitconfig"]);
  });
});

describe("what Kedge obeys, where it is kept elsewhere and linked to,", () => {
  it("is looked after where it is", async () => {
    const world = makeGuardWorld({ "dotfiles/kedge/kedge.yaml": "version: 1\n", own: "-> dotfiles/kedge" });
    await world.bash(
      "echo y >>../dotfiles/kedge/kedge.yaml; echo y >../dotfiles/kedge/more; echo y >../dotfiles/x",
    );
    expect(world.undone()).toEqual(["dotfiles/kedge/kedge.yaml", "dotfiles/kedge/more"]);
    expect(readFileSync(`${world.folder}/dotfiles/kedge/kedge.yaml`, "utf8")).toBe("version: 1\n");
    // So is the link, and the two are told apart.
    await world.bash(
      "rm ../own; mkdir ../own; echo y >../own/kedge.yaml; echo y >../dotfiles/kedge/kedge.yaml",
    );
    expect(readFileSync(`${world.folder}/own/kedge.yaml`, "utf8")).toBe("version: 1\n");
    expect(readlinkSync(`${world.folder}/own`)).toBe("dotfiles/kedge");
  });

  it("is so a single file, in the project too", async () => {
    const world = makeGuardWorld({ "project/lib/kedge.json": "{}", own: "-> project/lib/kedge.json" });
    await world.bash("echo y >lib/kedge.json; echo y >lib/other.json");
    expect(world.undone()).toEqual(["project/lib/kedge.json"]);
  });
});
