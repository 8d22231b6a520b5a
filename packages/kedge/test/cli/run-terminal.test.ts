/** `kedge run` and `kedge batch` at a terminal: a line at its foot says how things stand, and nothing of it is left at the end. */
import { expect, test } from "vitest";
import { describeWith } from "../support/requires.ts";
import { FAST, makeWork } from "./work-world.ts";

const ESCAPE = "\u001b";
/** What {@link file://../../src/cli/work/live-line.ts} takes its lines away with. */
const CLEAR = new RegExp(`${ESCAPE}\\[(\\d+)F${ESCAPE}\\[0J`, "g");

/** What stands on the screen in the end: lines that were taken away are gone. */
function screen(text: string): readonly string[] {
  const rows: string[] = [];
  let at = 0;
  for (const match of text.matchAll(CLEAR)) {
    rows.push(...text.slice(at, match.index).split("\r\n").slice(0, -1));
    rows.length -= Number(match[1]);
    at = match.index + match[0].length;
  }
  return [...rows, ...text.slice(at).split("\r\n").slice(0, -1)];
}

describeWith({ needs: ["script"] }, "at a terminal", () => {
  test("a run shows its state and a countdown, and leaves nothing behind", async () => {
    const world = await makeWork({
      replies: [{ status: 529, headers: { "retry-after": "4" } }, { text: "After the storm." }],
    });
    const line = "kedge run -p ../fast.yaml --key tty -- kedge agent -p 'Do it' < /dev/null";
    const { exitCode, stdout } = await world.terminal(line, { stdin: "" }).done;
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/run-tty {2}works {2}0:0\d of 0:0\d/);
    expect(stdout).toMatch(/run-tty {2}\S.*, goes on at \d\d:\d\d:\d\d, in [1-6] s/);
    const left = screen(stdout);
    expect(left.filter((row) => row.startsWith("run-tty"))).toEqual([]);
    expect(left).toContain("After the storm.");
    expect(left.at(-1)).toMatch(/^\d\d:\d\d:\d\d run-tty is done \(2 attempts/);
    // Every line that is drawn fits its row: one that was wrapped could not be taken away.
    const drawn = stdout.split(/\r\n/).filter((row) => /^(?:\S*J)?run-tty/.test(row));
    for (const row of drawn) expect(row.replace(/^.*J/, "").length).toBeLessThan(80);
  }, 60_000);

  test("where NO_COLOR asks for none there is no colour, nor where the terminal is dumb", async () => {
    const world = await makeWork({ replies: [{ text: "ok" }] });
    world.write("batch.yaml", "agent: kedge agent -p\nitems: [One]\n");
    const line = "kedge run -- kedge agent -p 'Do it' < /dev/null; kedge batch ../batch.yaml; kedge status";
    const colour = new RegExp(`${ESCAPE}\\[[\\d;]*m`);
    expect((await world.terminal(line, { stdin: "" }).done).stdout).toMatch(colour);
    expect((await world.terminal(line, { stdin: "", env: { NO_COLOR: "1" } }).done).stdout).not.toMatch(
      colour,
    );
    const dumb = await world.terminal(line, { stdin: "", env: { TERM: "dumb" } }).done;
    expect(dumb.stdout).not.toContain(ESCAPE);
  }, 60_000);

  test("a batch shows a bar and its sessions, and ends with its table", async () => {
    const world = await makeWork({ replies: [{ text: "ok", delay_ms: 1_500 }] });
    world.write("policy.json", FAST);
    world.write("batch.json", {
      agent: "kedge agent -p",
      items: ["first", "second"].map((key) => ({ key, prompt: key })),
    });
    const { exitCode, stdout } = await world.terminal("kedge batch ../batch.json -p ../policy.json", {
      stdin: "",
    }).done;
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/0 of 2, [12] running/);
    expect(stdout).toMatch(/ 0:0\d {2}first/);
    const left = screen(stdout).map((row) => row.replaceAll(new RegExp(`${ESCAPE}\\[[\\d;]*m`, "g"), ""));
    expect(left.filter((row) => row.includes(" running"))).toEqual([]);
    expect(left.at(-1)).toMatch(/^batch\.json: done: 2 of 2 done \(/);
  }, 60_000);
});
