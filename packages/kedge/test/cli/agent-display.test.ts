import { describe, expect, test } from "vitest";
import { describeWith } from "../support/requires.ts";
import { makeAgent } from "./agent-world.ts";
import { hooksOf, USER } from "./hooks-world.ts";

const show = (displayContent: string): string =>
  `echo '${JSON.stringify({ hookSpecificOutput: { hookEventName: "MessageDisplay", displayContent } })}'`;

describe("kedge agent shows what MessageDisplay hooks let through", () => {
  test.for(["text", "json", "stream-json"])("-p --output-format %s", async (format) => {
    const world = await makeAgent({ replies: [{ text: "the secret" }] });
    world.write(USER, hooksOf("MessageDisplay", show("hidden")));
    const { stdout } = await world.agent(["-p", "go", "--output-format", format]);
    expect(stdout).toContain("hidden");
    expect(stdout).not.toContain("secret");
  });
});

describeWith({ needs: ["script"] }, "kedge agent at a terminal", () => {
  test("shows no line that a MessageDisplay hook hides", async () => {
    const world = await makeAgent({ replies: [{ text: "one\nthe secret\nthree" }] });
    world.write(USER, hooksOf("MessageDisplay", show("[hidden]")));
    const run = world.terminal();
    await run.until("> ");
    run.type("go\r");
    await run.until("[hidden]");
    run.type("/exit\r");
    await run.done;
    expect(run.stdout()).not.toContain("secret");
  });
});
