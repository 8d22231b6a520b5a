/** `kedge status` and `kedge explain` of work: what runs, what waits and for what, what stands still until somebody acts. */
import { expect, test } from "vitest";
import { FAILING, planWindow } from "../rehearsal/failing-replies.ts";
import { HIDDEN } from "./hooks-world.ts";
import { AGENT, leaving, makeWork } from "./work-world.ts";

test("status groups what runs, waits and needs somebody, with its accounts; explain shows each attempt", async () => {
  const world = await makeWork({
    routes: [
      { when: { key: "limited" }, replies: [planWindow(7_200)] },
      { when: { key: "broke" }, replies: [FAILING.billing] },
      {
        when: { key: "large" },
        replies: [{ status: 400, message: "prompt is too long: 9 tokens > 1 maximum" }],
      },
    ],
    replies: [leaving("log.txt", "; sleep 300")],
  });
  expect(await world.kedge(["status"])).toEqual({
    ...{ exitCode: 0, stderr: "", stdout: "Nothing runs, and nothing waits.\n" },
  });
  const run = (key: string, env = { ANTHROPIC_API_KEY: key }) =>
    world.kedge(["run", "--no-wait", "--key", key, "--", ...AGENT, "Do it"], { env });
  expect((await run("limited")).exitCode).toBe(75);
  expect((await run("broke")).exitCode).toBe(1);
  expect((await run("large")).exitCode).toBe(1);
  const busy = world.start(["run", "--key", "busy", "--", ...AGENT, "Do it"], { stdin: "" });
  await world.untilLines("log.txt", 1);

  const { stdout, stderr, exitCode } = await world.kedge(["status"]);
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout).not.toMatch(HIDDEN);
  const parts = stdout.split("\n\n").map((part) => part.split("\n"));
  expect(parts.map(([title]) => title)).toEqual([
    "Running (1)",
    "Waiting (1)",
    "Needs you (2)",
    "Accounts",
    expect.stringMatching(
      /^The next is due at \d\d:\d\d:\d\d, in 2 h\. It goes on by itself where a kedge run/,
    ),
  ]);
  const [running, waiting, held, accounts] = parts.map((part) => part.slice(1).join("\n"));
  expect(running).toMatch(
    /^ {2}run-busy {2}kedge in project {2}attempt 1, for \S+ \S+.*, by kedge \d+ on \S+$/,
  );
  expect(waiting).toMatch(/^ {2}run-limited {2}kedge in project {2}goes on at .*, in 2 h: A window of the/);
  expect(held).toMatch(
    /run-broke .* is stopped \(account cannot pay\)\. See to it, then: kedge resume run-broke/,
  );
  expect(held).toMatch(/run-large .* Go on with: kedge resume run-large/);
  expect(accounts).toMatch(/closed \(plan limit used up\): one session goes first at /);
  expect(accounts).toMatch(
    /stopped \d\d:\d\d \(account cannot pay\): nothing is sent on it until you have seen to it/,
  );
  expect(accounts).toMatch(/open: 1 of at most 4 sessions at once/);

  const { jobs, accounts: views } = await world.status();
  expect(Object.fromEntries(jobs.map(({ id, state, needsPerson }) => [id, [state, needsPerson]]))).toEqual({
    ...{ "run-busy": ["running", false], "run-limited": ["parked", false] },
    ...{ "run-broke": ["parked", true], "run-large": ["parked", true] },
  });
  expect(views.map(({ state }) => state).toSorted()).toEqual(["closed", "open", "open", "stopped"]);

  const explained = await world.kedge(["explain", "run-limited"]);
  expect(explained.stdout).toMatch(/^run-limited {2}parked\n\n {2}Work {5}kedge in project\n/);
  expect(explained.stdout).toMatch(/goes on at .*, in 2 h, when somebody runs it: kedge resume run-limited/);
  expect(explained.stdout).toMatch(
    /Attempts \(1\)\n {2}1 .* plan limit used up → parked to the reset {2}\(f_\w+\)/,
  );
  const failure = /f_\w+/.exec(explained.stdout)?.[0] ?? "";
  expect((await world.kedge(["explain", failure])).stdout).toContain("Plan limit used up");
  const held2 = await world.kedge(["explain", "large"]);
  expect(held2.stdout).toContain("It waits for you. Go on with: kedge resume run-large");
  const json = JSON.parse((await world.kedge(["explain", "large", "--json"])).stdout);
  expect(json).toMatchObject({
    id: "run-large",
    state: "parked",
    starts: 1,
    attempts: [{ cause: "too_large" }],
  });
  busy.kill("SIGINT");
  expect((await busy.done).exitCode).toBe(130);
}, 90_000);
