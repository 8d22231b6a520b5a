/** `kedge run`: what goes where, what is read, and what is refused before anything begins. */
import { expect, test } from "vitest";
import { planWindow } from "../rehearsal/failing-replies.ts";
import { inFull } from "../support/requires.ts";
import { jsonLines, oneObject } from "./agent-world.ts";
import { AGENT, lastMessage, makeWork } from "./work-world.ts";

const ANSWER = { replies: [{ text: "The answer." }] };
const RUN = ["run", "--", ...AGENT] as const;

test("the answer alone is on standard output, in each format as the agent prints it", async () => {
  const world = await makeWork(ANSWER);
  const text = await world.kedge([...RUN, "Do it"]);
  expect(text).toMatchObject({ exitCode: 0, stdout: "The answer.\n" });
  expect(text.stderr).toMatch(
    /^\d\d:\d\d:\d\d attempt 1: session [0-9a-f]{8} started\n\d\d:\d\d:\d\d run-\w{8} is done \(1 attempt, [^)]+\)\n$/,
  );
  const json = await world.kedge([...RUN, "Do it", "--output-format", "json"]);
  expect(oneObject(json.stdout)).toMatchObject({ type: "result", is_error: false, result: "The answer." });
  const stream = await world.kedge([...RUN, "Do it", "--output-format", "stream-json", "--verbose"]);
  const kinds = jsonLines(stream.stdout).map(({ type }) => type);
  expect([kinds[0], kinds.at(-1)]).toEqual(["system", "result"]);
  expect([json.exitCode, stream.exitCode]).toEqual([0, 0]);
  const events = await world.kedge(["run", "--json", "--", ...AGENT, "Do it"]);
  expect(events.stdout).toBe("The answer.\n");
  expect(jsonLines(events.stderr).map(({ type }) => type)).toEqual(["started", "progress", "changed"]);
}, 60_000);

test("what is piped in is the prompt, or stands beside it", async () => {
  const world = await makeWork(ANSWER);
  const alone = await world.kedge(RUN, { stdin: "From the pipe" });
  expect(alone).toMatchObject({ exitCode: 0, stdout: "The answer.\n" });
  const beside = await world.kedge([...RUN, "Review this"], { stdin: "a diff" });
  expect(beside.exitCode).toBe(0);
  expect(world.requests().map(lastMessage)).toEqual([
    expect.stringContaining("From the pipe"),
    expect.stringMatching(/Review this.*a diff|a diff.*Review this/s),
  ]);
}, 60_000);

test("a pipe that is open and silent keeps nobody waiting who has a prompt", async () => {
  const world = await makeWork(ANSWER);
  const run = world.start([...RUN, "Do it"]); // its input stays open
  expect(await run.done).toMatchObject({ exitCode: 0, stdout: "The answer.\n" });
}, 60_000);

test("the same key is the same work: begun once, and printed again however often it is called", async () => {
  const world = await makeWork(ANSWER);
  const keyed = ["run", "--key", "nightly", "--", ...AGENT];
  const first = await world.kedge([...keyed, "Do it"]);
  const second = await world.kedge([...keyed, "Do it"]);
  expect([first.stdout, second.stdout]).toEqual(["The answer.\n", "The answer.\n"]);
  expect(second.stderr).toMatch(/^\d\d:\d\d:\d\d run-nightly was done before \(1 attempt\)\n$/);
  const other = await world.kedge([...keyed, "Something else"]);
  expect(other.stderr).toContain(
    "kedge: run-nightly began with another command, and goes on with that one. Give new work another key.",
  );
  expect(world.requests()).toHaveLength(1);
}, 60_000);

test("failures that are not over by themselves: 1 with what to do next, 75 where it goes on later", async () => {
  const world = await makeWork({ replies: [planWindow(3_600)] });
  const parked = await world.kedge(["run", "--no-wait", "--key", "limit", "--", ...AGENT, "Do it"]);
  expect([parked.exitCode, parked.stdout]).toEqual([75, ""]);
  expect(parked.stderr).toMatch(
    /run-limit is parked: .* It goes on at .*, in 1 h, when somebody runs it: kedge resume run-limit\n$/,
  );
  const givesUp = { causes: { billing: { action: "give_up" }, overload: { action: "give_up" } } };
  world.write("give-up.yaml", givesUp);
  await world.answer({ replies: [{ status: 529 }] });
  const key = { ANTHROPIC_API_KEY: "another-key" };
  const failed = await world.kedge(["run", "-p", "../give-up.yaml", "--key", "lost", "--", ...AGENT, "x"], {
    env: key,
  });
  expect([failed.exitCode, failed.stdout]).toEqual([1, ""]);
  expect(failed.stderr).toMatch(/run-lost has failed \(1 attempt, .*\): .* More: kedge explain run-lost\n$/);
}, 60_000);

test("work that is done in part prints its answer, and says so with 1", async () => {
  const world = await makeWork({
    replies: [{ tool: "Bash", input: { command: "rm -rf x" } }, { text: "As far as I could." }],
  });
  const { exitCode, stdout, stderr } = await world.kedge([
    "run",
    "--key",
    "part",
    "--",
    "kedge",
    "agent",
    "-p",
    "x",
  ]);
  expect([exitCode, stdout]).toEqual([1, "As far as I could.\n"]);
  expect(stderr).toMatch(
    /run-part is done in part \(.*\): It ended well, but 1 call was not permitted \(Bash\)\./,
  );
}, 60_000);

test("wrong calls are refused before anything begins, each with what was expected", async () => {
  const world = await makeWork(ANSWER);
  world.write("broken.yaml", "causes: { overlord: { attempts: 3 } }\n");
  world.write("teams.yaml", { accounts: { "team-a": { env: ["TEAM_KEY"] } } });
  const calls: readonly (readonly [args: readonly string[], exitCode: number, words: string])[] = [
    [["run"], 64, "expected an agent's command behind --, got none. For instance: kedge run -- claude -p"],
    [["run", "--", "ls", "-l"], 64, 'expected a command that starts claude or kedge agent, got "ls".'],
    [["run", "--", "claude"], 64, "expected -p: without it the agent waits for somebody at its prompt."],
    [["run", "--", "kedge", "agent", "-p"], 64, "expected a prompt, as the last word of the agent's command"],
    [
      ["run", "--key", "a b", "--", ...AGENT, "x"],
      64,
      'expected --key of 1 to 128 letters, digits, ".", "_"',
    ],
    [
      ["run", "-a", "team-b", "--", ...AGENT, "x"],
      64,
      'the policy (the defaults): it names none; got "team-b"',
    ],
    [["run", "-p", "../teams.yaml", "-a", "team-b", "--", ...AGENT, "x"], 64, 'it has team-a; got "team-b".'],
    [["run", "-p", "../none.yaml", "--", ...AGENT, "x"], 66, "expected a file with a policy, but "],
    [["run", "-p", "../broken.yaml", "--", ...AGENT, "x"], 65, "overlord"],
    [["run", "--", "claude", "-c", "-p", "x"], 64, "expected --resume with the id of a session, got -c"],
    [["run", "--attach", "nothing"], 64, 'expected the id of work that Kedge runs, got "nothing".'],
    [["resume", "nothing"], 64, "`kedge status` shows them."],
    [["resume"], 64, "missing required argument 'id'"],
  ];
  // Each takes a process; in the normal run a third of them do.
  const every = inFull({ normal: 3, full: 1 });
  for (const [args, exitCode, words] of calls.filter((_, at) => at % every === 0)) {
    const run = await world.kedge(args);
    expect([run.exitCode, run.stdout], args.join(" ")).toEqual([exitCode, ""]);
    expect(run.stderr, args.join(" ")).toContain(words);
    expect(run.stderr).toMatch(/^kedge: /);
  }
  expect(world.requests()).toEqual([]);
  expect((await world.status()).jobs).toEqual([]);
}, 90_000);
