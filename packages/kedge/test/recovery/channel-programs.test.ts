/** Channels that run a program: what it is given, and what its ending means. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commandInput } from "../../src/recovery/channels/command.ts";
import type { Delivery } from "../../src/recovery/channels/delivery.ts";
import { desktopCommand } from "../../src/recovery/channels/desktop.ts";
import { HUGE, OPENED, sendOnce } from "./channel-world.ts";

const PROGRAMS = fileURLToPath(new URL("../fixtures/channels/", import.meta.url));
const AGENTS = {
  ANTHROPIC_API_KEY: "sk-ant-0000",
  ANTHROPIC_AUTH_TOKEN: "at-0000",
  CLAUDE_CODE_OAUTH_TOKEN: "ot-0000",
};

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kedge-programs-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const out = (): string => join(folder, "out");
const environment = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: `${PROGRAMS}:${process.env.PATH}`,
  KEDGE_TEST_OUT: out(),
  ...more,
});

function run(
  argv: readonly string[],
  ports: Parameters<typeof sendOnce>[2] = {},
  message = OPENED,
): Promise<Delivery> {
  return sendOnce({ type: "command", argv }, message, { env: environment(), homeDir: folder, ...ports });
}

describe("a command", () => {
  test("gets the message as one line of JSON, and Kedge's environment without the credentials of agents", async () => {
    const env = environment({ ...AGENTS, PAGER_REGION: "eu" });
    expect(await run(["receive.sh", "exit-0"], { env })).toEqual({ outcome: "delivered" });
    expect(readFileSync(out(), "utf8")).toBe(commandInput(OPENED));
    expect(JSON.parse(commandInput(OPENED))).toMatchObject({
      type: "incident.opened",
      data: { id: OPENED.id },
    });
    const inherited = readFileSync(`${out()}.env`, "utf8");
    expect(inherited).toContain("PAGER_REGION=eu");
    for (const [name, value] of Object.entries(AGENTS)) {
      expect(inherited).not.toContain(name);
      expect(inherited).not.toContain(value);
    }
  });

  test.each<[mode: string, delivery: Delivery]>([
    ["exit-75", { outcome: "retry", why: "the program exited with 75: try later" }],
    ["exit-3", { outcome: "retry", why: "the program exited with 3" }],
    ["killed", { outcome: "retry", why: "the program was ended by SIGKILL" }],
    ["loud", { outcome: "delivered" }],
  ])("that ends as %s", async (mode, delivery) => expect(await run(["receive.sh", mode])).toEqual(delivery));

  test("that ends by nothing is killed at the limit", async () => {
    expect(await run(["receive.sh", "stubborn"], { timeoutMs: 500 })).toEqual({
      outcome: "retry",
      why: "no answer in time",
    });
  });

  test("that reads nothing is no error, however long the message", async () => {
    expect(await run(["deaf.sh"], {}, HUGE)).toEqual({ outcome: "delivered" });
  });

  test("that is not there is tried again, and its path is not told", async () => {
    const why = "the program could not be started";
    expect(await run([join(folder, "none")])).toEqual({ outcome: "retry", why });
    expect(await run(["receive.sh\0"])).toEqual({ outcome: "retry", why });
  });
});

describe("a desktop", () => {
  const show = (more: Readonly<Record<string, string>>, platform = "linux"): Promise<Delivery> =>
    sendOnce({ type: "desktop" }, OPENED, { env: environment(more), homeDir: folder, platform });

  test("is shown title and body as arguments", async () => {
    expect(await show({})).toEqual({ outcome: "delivered" });
    const [, ...args] = desktopCommand(OPENED, "linux") ?? [];
    expect(readFileSync(out(), "utf8")).toBe(`${args.join("\n")}\n`);
  });

  test("that is not there now may be later; without a program there is none", async () => {
    expect(await show({ KEDGE_TEST_EXIT: "1" })).toEqual({
      outcome: "retry",
      why: "notify-send exited with 1: is there a desktop?",
    });
    expect(await show({ PATH: folder })).toMatchObject({ outcome: "refused" });
    expect(await show({}, "win32")).toEqual({
      outcome: "refused",
      why: "notifications are shown on Linux and macOS desktops only",
    });
  });
});
