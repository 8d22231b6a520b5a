/** A disk without room for Kedge's state: nothing that was paid for is lost, and what cannot begin says why. */
import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { describeWith } from "../support/requires.ts";
import { AGENT, makeWork, type Started, type WorkWorld } from "./work-world.ts";

const RUN = `kedge run --key costly -- ${AGENT.join(" ")} "Do it"`;
const FILL = 'dd if=/dev/zero of="$STATE/fill" bs=4096 2>/dev/null';

describeWith({ needs: ["unshare"] }, "a small file system of its own", () => {
  test("the end of a session waits until there is room to keep it", async () => {
    const world = await makeWork({
      replies: [{ tool: "Bash", input: { command: `${FILL}; echo full >> filled` } }, { text: "Paid for." }],
    });
    const run = onSmallDisk(
      world,
      `(until [ -e go ]; do sleep 0.1; done; rm "$STATE/fill") & ${RUN}; echo "exit $?"`,
    );
    await world.untilLines("filled", 1);
    await expect.poll(() => world.requests().length, { timeout: 30_000 }).toBe(2);
    await sleep(3_000);
    expect(run.stdout(), "the session has ended, and its end is not kept yet").not.toContain("exit");
    world.write("project/go", "");
    expect(await run.done).toMatchObject({ exitCode: 0, stdout: "Paid for.\nexit 0\n" });
    expect(world.requests()).toHaveLength(2);
  }, 120_000);

  test("work that cannot be kept is not begun, says so, and begins once there is room", async () => {
    const world = await makeWork({ replies: [{ text: "Now." }] });
    const run = onSmallDisk(
      world,
      `${FILL}; ${RUN}; echo "exit $?"; rm "$STATE/fill"; ${RUN}; echo "exit $?"`,
    );
    const { stdout, stderr } = await run.done;
    expect(stdout).toBe("exit 74\nNow.\nexit 0\n");
    expect(stderr).toMatch(/^kedge: The ledger .* cannot be opened: its disk is full. Make room.$/m);
    expect(world.requests()).toHaveLength(1);
  }, 120_000);
});

/** Runs a line of the shell in which the folder of the state is a small file system of its own. */
function onSmallDisk(world: WorkWorld, line: string): Started {
  mkdirSync(world.stateDir, { recursive: true });
  const map = process.geteuid?.() === 0 ? "" : "--user --map-root-user";
  const program = `mount -t tmpfs -o size=2m,mode=700 none "$STATE" || exit 9; ${line}`;
  return world.shell('exec unshare $MAP --mount sh -c "$PROGRAM"', {
    env: { STATE: world.stateDir, MAP: map, PROGRAM: program },
  });
}
