import { expect, test } from "vitest";
import { placeOf } from "../../../src/host/sandbox/command-place.ts";
import type { Sandbox, SandboxStatus } from "../../../src/host/sandbox/sandbox.ts";
import { mergeSandboxRules } from "../../../src/host/sandbox/sandbox-rules.ts";

/** A sandbox in a state that this machine may not have. */
function sandboxIn(status: SandboxStatus, sandbox: object): Sandbox {
  const source = {
    ...{ isManaged: false, mayPermit: true },
    sandbox: { enabled: true, filesystem: {}, network: {}, ...sandbox },
  };
  return {
    rules: async () => mergeSandboxRules([source], { projectDir: "/p", homeDir: "/h" }),
    status: async () => status,
    temporaryDir: "/t",
    confine: async () => ({ ok: false, why: "" }),
    close: async () => {},
  };
}

const missing: SandboxStatus = { state: "missing", why: "bubblewrap (bwrap) is not installed" };

test.for([
  ["nothing more is said", {}, "outside"],
  ["a sandbox is demanded, as settings may while a session is open", { failIfUnavailable: true }, "refused"],
  ["commands outside of it are forbidden", { allowUnsandboxedCommands: false }, "refused"],
] as const)("where there is no sandbox and %s, a command is %3$s", async ([, sandbox, type]) => {
  const place = await placeOf(sandboxIn(missing, sandbox), { command: "ls" }, () => null);
  expect(place).toMatchObject({ type });
  if (place.type === "refused") expect(place.why).toContain("apt-get install bubblewrap");
});
