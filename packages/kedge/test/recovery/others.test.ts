/** Sessions that Kedge did not start: which are taken over, how, and what is left of it when whoever does that is killed in between. */
import { describe, expect, test } from "vitest";
import type { Evidence } from "../../src/recovery/evidence.ts";
import { accountKey } from "../../src/recovery/index.ts";
import { keepManifest, loadManifest } from "../../src/recovery/manifest.ts";
import { type Adopter, boundedPolicy, OTHERS, openAdopter } from "../../src/recovery/others/index.ts";
import type { ResumeRules } from "../../src/recovery/policy/watch.ts";
import { openQueueDatabase } from "../../src/recovery/queue/queue-database.ts";
import { readProgress } from "../../src/recovery/supervisor/job-progress.ts";
import type { SupervisorPorts } from "../../src/recovery/supervisor/ports.ts";
import type { WitnessRecord } from "../../src/recovery/witness.ts";
import { AGENT } from "./supervise-room.ts";
import { makeSupervise, type SuperviseWorld } from "./supervise-world.ts";

const SESSION = "0a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f9";
const RULES: ResumeRules = {
  ...{ projects: ["project"], causes: ["overload", "plan_window"], hours: null, attempts: 2, jobUsd: 5 },
};

/** A session that a user started, that failed, and that has ended. */
async function strand(
  world: SuperviseWorld,
  more: {
    readonly evidence?: Partial<Evidence>;
    readonly account?: string;
    readonly hasEnded?: boolean;
    /** When it failed, epoch ms; default: now. */
    readonly atMs?: number;
  } = {},
): Promise<void> {
  const { ledger, env, policy } = world.ports;
  const { atMs = world.nowMs() } = more;
  const account = more.account ?? accountKey(policy, undefined, env);
  const session = { projectDir: world.project, account };
  const about = { seenAtMs: atMs, agent: "claude-code", sessionId: SESSION };
  await keepManifest(world.stateDir, {
    ...{ version: 1, agent: "claude-code", sessionId: SESSION, atMs, cwd: world.project },
    ...{ argv: ["claude", "-p", "Do it"], envNames: ["PATH"] },
  });
  const failure: Evidence = {
    ...{ ...about, witness: "transcript", atMs, kind: "server_error", status: 529, promptId: "p1" },
    ...more.evidence,
  };
  await ledger.record([
    { id: "start", session, evidence: { ...about, witness: "session_start_hook", atMs: atMs - 5_000 } },
    { id: "failure", session, evidence: failure },
  ]);
  if (more.hasEnded !== false) await end(world);
}

async function end(world: SuperviseWorld): Promise<void> {
  const atMs = world.nowMs() + 100;
  const about = { seenAtMs: atMs, agent: "claude-code", sessionId: SESSION };
  await world.ports.ledger.record([
    {
      ...{ id: "end", session: { projectDir: world.project } },
      evidence: { ...about, witness: "session_end_hook", atMs, endReason: "other" },
    },
  ]);
}

function open(world: SuperviseWorld, ports: Partial<SupervisorPorts> = {}, rules = RULES): Promise<Adopter> {
  const policy = boundedPolicy(world.ports.policy, rules);
  const supervisor = { ...world.ports, policy, ...ports };
  return openAdopter({ stateDir: world.stateDir, rules, supervisor });
}

/** Makes sessions that end as soon as they have failed, in projects, at instants in the order in which they are given. */
async function strandMany(world: SuperviseWorld, projects: readonly string[]): Promise<void> {
  const account = accountKey(world.ports.policy, undefined, world.env);
  const sinceMs = world.nowMs() - 3_600_000;
  await world.ports.ledger.record(
    projects.flatMap((project, at) => {
      const atMs = sinceMs + at * 1_000;
      const about = { seenAtMs: atMs, agent: "claude-code", sessionId: `many-${at}` };
      const session = { projectDir: `/srv/${project}`, account };
      return [
        {
          ...{ id: `failed-${at}`, session },
          evidence: { ...about, witness: "transcript", atMs, kind: "server_error", status: 529 },
        },
        {
          ...{ id: `ended-${at}`, session },
          evidence: { ...about, witness: "session_end_hook", atMs: atMs + 100, endReason: "other" },
        },
      ] satisfies readonly WitnessRecord[];
    }),
  );
}

const jobsOf = async ({ ports }: SuperviseWorld) => (await ports.queue.list({ batch: OTHERS })).jobs;

describe("taken over", () => {
  test("once, as a job that goes on with the same session after a pause", async () => {
    await using world = await makeSupervise({});
    await strand(world);
    await using adopter = await open(world);
    const [adoption, ...others] = await adopter.look();
    expect([adoption?.outcome, others.length]).toEqual(["adopted", 0]);
    expect(await adopter.look()).toEqual([]);
    await using second = await open(world);
    expect((await second.look()).map(({ outcome }) => outcome)).toEqual(["left"]);
    const [job, ...more] = await jobsOf(world);
    expect(more).toEqual([]);
    expect(job).toMatchObject({ state: "queued", sessionKey: `session:${SESSION}`, claims: 0 });
    const contract = await world.ports.files.readLaunch(job?.key ?? "");
    if (!contract.ok) throw new Error(contract.why);
    expect(contract.launch).toMatchObject({ argv: ["claude", "-p", "Do it"], cwd: world.project });
    expect(readProgress(contract.launch.begun ?? null)).toMatchObject({
      ...{ sessionId: SESSION, isBegun: true, tries: { overload: 1 } },
      next: { action: "resume" },
    });
  });

  test("not before the reset of its limit", async () => {
    await using world = await makeSupervise({});
    const resetAtMs = world.nowMs() + 3_600_000;
    const rateLimit = { status: "rejected", window: "five_hour", resetAtMs };
    await strand(world, { evidence: { status: 429, kind: "rate_limit", rateLimit } });
    await using adopter = await open(world);
    await adopter.look();
    expect((await jobsOf(world))[0]?.dueMs).toBeGreaterThanOrEqual(resetAtMs);
  });
});

describe("among hundreds that are left alone", () => {
  const MANY = Array.from({ length: 450 }, () => "elsewhere");

  test("the last that failed is taken over with the same look, and none is told of twice", async () => {
    await using world = await makeSupervise({});
    await strandMany(world, MANY);
    await strand(world);
    await using adopter = await open(world);
    const adoptions = await adopter.look();
    expect(adoptions.map(({ outcome }) => outcome)).toEqual([...MANY.map(() => "left"), "adopted"]);
    expect(await adopter.look()).toEqual([]);
  });

  test("one that failed before all of them, and ended after they had been looked at, is taken over as well", async () => {
    await using world = await makeSupervise({});
    await strand(world, { hasEnded: false, atMs: world.nowMs() - 7_200_000 });
    await strandMany(world, MANY);
    await using adopter = await open(world);
    expect(await adopter.look()).toHaveLength(MANY.length);
    await end(world);
    expect((await adopter.look()).map(({ outcome }) => outcome)).toEqual(["adopted"]);
  });
});

test("of many, fifty are taken over at one look, those first that failed first, and the others at the next", async () => {
  await using world = await makeSupervise({});
  const atMs = world.nowMs();
  const count = 55;
  await strandMany(
    world,
    Array.from({ length: count }, () => "project"),
  );
  for (let at = 0; at < count; at++)
    await keepManifest(world.stateDir, {
      ...{ version: 1, agent: "claude-code", sessionId: `many-${at}`, atMs, cwd: world.project },
      ...{ argv: ["claude", "-p", "Do it"], envNames: ["PATH"] },
    });
  await using adopter = await open(world);
  const ids = async (): Promise<readonly string[]> =>
    (await adopter.look()).map(({ outcome, failure }) => `${outcome} ${failure.session_id}`);
  const all = Array.from({ length: count }, (_, at) => `adopted many-${at}`);
  expect(await ids()).toEqual(all.slice(0, 50));
  expect(await ids()).toEqual(all.slice(50));
  expect(await ids()).toEqual([]);
});

describe("left alone", () => {
  const why = async (world: SuperviseWorld, rules: Partial<ResumeRules> = {}): Promise<unknown> => {
    await using adopter = await open(world, {}, { ...RULES, ...rules });
    const adoptions = await adopter.look();
    expect(await jobsOf(world)).toEqual([]);
    return adoptions.map((each) => (each.outcome === "left" ? each.why : each.outcome));
  };

  test("what the policy does not name", async () => {
    await using world = await makeSupervise({});
    await strand(world);
    expect(await why(world, { projects: ["other"] })).toEqual([
      "its project is not named in others.resume.projects",
    ]);
    expect(await why(world, { causes: ["plan_window"] })).toEqual([
      "overload is not named in others.resume.causes",
    ]);
  });

  test("a session that lives, and one that its user has gone on with", async () => {
    await using world = await makeSupervise({});
    await strand(world, { hasEnded: false });
    expect(await why(world)).toEqual([]);
    world.pass(1_000);
    await end(world);
    world.pass(1_000);
    const atMs = world.nowMs();
    const about = { seenAtMs: atMs, agent: "claude-code", sessionId: SESSION };
    await world.ports.ledger.record([
      {
        ...{ id: "again", session: { projectDir: world.project } },
        evidence: { ...about, witness: "session_start_hook", atMs },
      },
    ]);
    expect(await why(world)).toEqual([]);
  });

  test("what is of a job already: Kedge runs that itself", async () => {
    await using world = await makeSupervise({ replies: [{ status: 400 }] });
    const key = world.key("own");
    await world.add({ key, argv: AGENT });
    await world.supervise();
    const database = await openQueueDatabase(world.stateDir);
    await database.write(({ build, run }) =>
      run(build.updateTable("session").set({ ended_ms: world.nowMs() + 1_000 })),
    );
    database.close();
    const { failures } = await world.ports.ledger.failures();
    expect(failures).toHaveLength(1);
    await using adopter = await open(world, {}, { ...RULES, causes: ["invalid_request", "unknown"] });
    expect(await adopter.look()).toEqual([]);
  }, 60_000);

  test("a session whose account or command line nobody knows here", async () => {
    await using world = await makeSupervise({});
    await strand(world, { account: "env:CLAUDE_CODE_OAUTH_TOKEN" });
    expect(await why(world)).toEqual([
      "its credential was in CLAUDE_CODE_OAUTH_TOKEN, which is not set where Kedge runs",
    ]);
    await using other = await makeSupervise({});
    await strand(other);
    await keepManifest(other.stateDir, {
      ...{ version: 1, agent: "claude-code", sessionId: SESSION, atMs: other.nowMs(), cwd: other.project },
      ...{ argv: ["claude"], envNames: [] },
    });
    expect(await why(other)).toEqual(["it is no headless session, or its command line is not known"]);
  });

  test("what needs a person, who is told", async () => {
    await using world = await makeSupervise({});
    await strand(world);
    const rules = { ...RULES, attempts: 0 };
    await using adopter = await open(world, {}, rules);
    const [adoption] = await adopter.look();
    expect(adoption).toMatchObject({ outcome: "left", why: expect.stringContaining("it is not tried") });
    expect(await world.ports.incidents.list({ open: true })).toMatchObject([{ owner: "person" }]);
  });
});

test("killed before any of its steps, the next one does the rest: one job, and one alone", async () => {
  // Each call of a port is a step; what comes after the last is not reached any more.
  for (let step = 1; ; step++) {
    await using world = await makeSupervise({});
    await strand(world);
    let calls = 0;
    const mortal = <Port extends object>(port: Port): Port =>
      new Proxy(port, {
        get(target, name) {
          const method: unknown = Reflect.get(target, name, target);
          if (typeof method !== "function") return method;
          return (...args: unknown[]) => {
            if (++calls === step) throw new Error("killed");
            return method.apply(target, args) as unknown;
          };
        },
      });
    const { queue, governor, files } = world.ports;
    const ports = { queue: mortal(queue), governor: mortal(governor), files: mortal(files) };
    await using adopter = await open(world, ports);
    const isKilled = await adopter.look().then(
      () => false,
      () => true,
    );
    if (!isKilled) {
      expect(step).toBeGreaterThan(4);
      break;
    }
    await using next = await open(world);
    await next.look();
    const jobs = await jobsOf(world);
    expect(jobs).toHaveLength(1);
    const contract = await world.ports.files.readLaunch(jobs[0]?.key ?? "");
    expect(contract.ok).toBe(true);
  }
}, 60_000);

test("a manifest is read as it was kept, and nothing that somebody else wrote", async () => {
  await using world = await makeSupervise({});
  await strand(world);
  expect(await loadManifest(world.stateDir, SESSION)).toMatchObject({ argv: ["claude", "-p", "Do it"] });
  expect(await loadManifest(world.stateDir, "../x")).toBeNull();
  expect(await loadManifest(world.stateDir, "unknown")).toBeNull();
});

test("the bounded policy is no wider than the user's, and holds what is not named", async () => {
  await using world = await makeSupervise({});
  const { policy } = world.ports;
  const bounded = boundedPolicy({ ...policy, money: { jobUsd: 2, accountDayUsd: null } }, RULES);
  expect([bounded.attempts, bounded.money.jobUsd]).toEqual([2, 2]);
  expect(bounded.causes.overload).toMatchObject({ action: "resume", attempts: 2 });
  expect(bounded.causes.server).toMatchObject({ action: "hold", attempts: 0 });
  expect(bounded.wakeHours).toEqual(policy.wakeHours);
});
