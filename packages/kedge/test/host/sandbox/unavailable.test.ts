import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { makeHost } from "../../support/host-world.ts";
import { describeWith } from "../../support/requires.ts";
import { ON, runCalls } from "./sandbox-world.ts";

describe("a sandbox that cannot be had", () => {
  const open = async (sandbox: object, path: (world: Awaited<ReturnType<typeof makeHost>>) => string) => {
    const world = await makeHost({
      replies: [{ tool: "Bash", input: { command: "echo ran" } }, { text: "done" }],
    });
    world.settings("user", { sandbox });
    const env = { ...world.base.env, PATH: path(world) };
    return { world, options: { env, permissionMode: "bypassPermissions" } as const };
  };
  const withoutBwrap = () => "/nonexistent";
  /** Bash alone, so that commands run where they may. */
  const onlyBash = (world: Awaited<ReturnType<typeof makeHost>>) => {
    const bash = execFileSync("sh", ["-c", "command -v bash"], { encoding: "utf8" }).trim();
    world.write("bin/readme", "");
    symlinkSync(bash, world.at("bin/bash"));
    return world.at("bin");
  };
  const fake = (script: string) => (world: Awaited<ReturnType<typeof makeHost>>) => {
    chmodSync(world.write("bin/bwrap", script), 0o755);
    return `${world.at("bin")}:/usr/bin:/bin`;
  };

  const USELESS = [
    ["is not there", withoutBwrap, "missing", /not installed.*apt-get install bubblewrap/],
    [
      "fails",
      fake("#!/bin/sh\necho 'bwrap: no namespaces' >&2; exit 1\n"),
      "failing",
      /bwrap: no namespaces.*max_user_namespaces/,
    ],
    [
      "only pretends",
      fake('#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"\n'),
      "failing",
      /does not confine: what it runs shares/,
    ],
    ["hangs up", fake("#!/bin/sh\nkill -9 $$\n"), "failing", /does not work here/],
  ] as const;

  test.for(USELESS)("is told at the beginning: one that %s", async ([, path, state, words]) => {
    const { world, options } = await open(ON, path);
    await world.open(options);
    expect(world.eventsOf("started")).toMatchObject([{ sandbox: state }]);
    expect(world.eventsOf("notice")).toEqual([
      { type: "notice", level: "warning", text: expect.stringMatching(words), topic: "sandbox" },
    ]);
  });

  test.for(USELESS)(
    "ends the start where settings demand it, before any request, and leaves nothing: one that %s",
    async ([, path, , words]) => {
      const { world, options } = await open({ ...ON, failIfUnavailable: true }, path);
      await expect(world.open(options)).rejects.toMatchObject({
        ...{ code: "SANDBOX_UNAVAILABLE", message: expect.stringMatching(words) },
      });
      expect([world.requests(), world.events]).toEqual([[], []]);
      const left = readdirSync(world.state, { recursive: true, withFileTypes: true });
      expect(left.filter((entry) => !entry.isDirectory())).toEqual([]);
      expect(readdirSync(world.project)).toEqual([]);
    },
  );

  test("lets commands run as ever where it is missing, unless settings forbid that", async () => {
    for (const [sandbox, said] of [
      [ON, /\nran$/],
      [
        { ...ON, allowUnsandboxedCommands: false },
        /was denied: the sandbox that settings ask for is not available/,
      ],
    ] as const) {
      const { world, options } = await open(sandbox, onlyBash);
      await (await world.open(options)).send("go");
      expect(world.said(1)).toMatch(said);
    }
  });

  test("lets no command run where it is there and does not work", async () => {
    const { world, options } = await open(ON, fake("#!/bin/sh\nexit 1\n"));
    await (await world.open(options)).send("go");
    expect(world.said(1)).toContain("was denied: the sandbox that settings ask for does not work");
  });

  test("is not looked for in the project, nor in folders relative to it", async () => {
    const { world, options } = await open(ON, (world) => {
      const script = `#!/bin/sh\ntouch '${world.at("trap")}'\n`;
      chmodSync(world.write("project/bin/bwrap", script), 0o755);
      symlinkSync(world.at("project/bin"), world.at("linked"));
      return `bin:.::${world.at("project/bin")}:${world.at("linked")}`;
    });
    await world.open(options);
    expect(existsSync(world.at("trap"))).toBe(false);
    expect(world.eventsOf("notice")[0]?.text).toContain(
      "is inside of where the session works, so it is not run",
    );
  });
});

describeWith({ needs: ["bwrap"] }, "a sandbox that works", () => {
  test("that fails for one call lets that call fail", async () => {
    const { world, texts } = await runCalls(["true", "echo ran"], {
      afterCall(at, _text, world) {
        // The register cannot be made any more.
        if (at === 0)
          execFileSync("sh", ["-c", `rm -rf '${world.state}/sandbox' && echo >'${world.state}/sandbox'`]);
      },
    });
    expect(texts[1]).toMatch(/The command did not run: the sandbox could not be set up/);
    expect(world.eventsOf("started")).toMatchObject([{ sandbox: "active" }]);
  });
});
