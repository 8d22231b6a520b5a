import * as z from "zod";
import { didYouMean } from "../../config/index.ts";
import { CAUSES } from "../verdict.ts";
import { describeCause } from "../verdict-causes.ts";
import { accountVariables } from "./account-variables.ts";
import { alertsSchema } from "./alert-schema.ts";
import { allowedActions, boundsOf, isRuledCause, MOST_ATTEMPTS, type RuledCause } from "./cause-bounds.ts";
import { channelsSchema } from "./channel-schema.ts";
import { minuteOf, parseDuration } from "./duration.ts";
import { DRIFT_ACTIONS, LAST_ACTIONS, POLICY_ACTIONS, type PolicyAction } from "./policy.ts";
import {
  accountName,
  clock,
  dollars,
  duration,
  durationOrNever,
  homePath,
  modelId,
  words,
  zoneName,
} from "./policy-fields.ts";
import { othersSchema, watchSchema } from "./watch-schema.ts";

const RULED: readonly RuledCause[] = CAUSES.filter(isRuledCause);
const MAX_NAMED = 100;
const MIN_WAKE_MINUTES = 15;
const MAX_SESSIONS = 256;

const backoffSchema = z
  .strictObject({
    base: duration("1s", "24h").optional().describe("The first pause is up to this long."),
    cap: duration("1s", "24h").optional().describe("No pause is longer. Each try doubles it until then."),
  })
  .describe("Pause before a try: a random part of it, and up to all of it (full jitter).");

function ruleSchema(actions: readonly PolicyAction[], most: number) {
  return z.strictObject({
    action: z.enum(actions).optional().describe("What is done."),
    attempts: z.int().min(0).max(most).optional().describe("Tries of one job. Parks are none."),
    backoff: backoffSchema.optional(),
    otherwise: z
      .enum(LAST_ACTIONS)
      .optional()
      .describe("When nothing more may be tried: wait for a person, or give the job up. Default: hold."),
    nudge: words(2_000).optional().describe("What the session is told, in place of the policy's nudge."),
  });
}

type RuleSchema = ReturnType<typeof ruleSchema>;

const causesSchema = z.strictObject({
  "*": ruleSchema(POLICY_ACTIONS, MOST_ATTEMPTS)
    .optional()
    .describe("For every cause without an own rule, field by field, as far as the cause allows it."),
  ...(Object.fromEntries(
    RULED.map((cause) => [
      cause,
      ruleSchema(allowedActions(cause), boundsOf(cause).most)
        .optional()
        .describe(describeCause(cause).meaning),
    ]),
  ) as Record<RuledCause, z.ZodOptional<RuleSchema>>),
});

const driftSchema = (what: string, usual: string) =>
  z.enum(DRIFT_ACTIONS).optional().describe(`${what} Default: ${usual}.`);

const accountSchema = z
  .strictObject({
    env: accountVariables()
      .optional()
      .describe(
        "Variables that its agent gets, and the variables of ours that they are taken from; a list where both have one name.",
      ),
    config_dir: homePath()
      .optional()
      .describe("Directory with its logins, which its agent gets as CLAUDE_CONFIG_DIR."),
    sessions: z
      .int()
      .min(1)
      .max(MAX_SESSIONS)
      .optional()
      .describe("Sessions at once, whatever the account proves to carry."),
    day_usd: dollars().optional().describe("In place of money.account_day_usd."),
  })
  .superRefine(({ env, config_dir }, context) => {
    const add = (path: string[], message: string): void =>
      context.addIssue({ code: "custom", path, message });
    if (env === undefined && config_dir === undefined) add([], "expected env or config_dir, got neither");
    if (config_dir !== undefined && env !== undefined && Object.hasOwn(env, "CLAUDE_CONFIG_DIR"))
      add(["config_dir"], "expected CLAUDE_CONFIG_DIR from env or from config_dir, got both");
  });

/** A whole policy, as written in `kedge.yaml`. */
export const policySchema = z
  .strictObject({
    $schema: z.string().max(1_000).optional().describe("The JSON Schema of this file, for editors."),
    version: z.literal(1).optional().describe("Of this format."),
    description: words(1_000).optional().describe("What the policy is for."),
    zone: zoneName()
      .optional()
      .describe("Zone in which hours are told and days of money begin. Default: UTC."),
    causes: causesSchema.optional().describe("What is done about each cause of failure."),
    attempts: z.int().min(0).max(1_000).optional().describe("Tries of one job in all. Default: 20."),
    hours: z
      .strictObject({
        total: duration("1m", "90d")
          .optional()
          .describe("From the beginning of a job to its end, parks included. Default: 10d."),
        wake: z
          .strictObject({ from: clock(), to: clock() })
          .optional()
          .describe("Hours of the day in which sessions may be woken. Default: all."),
      })
      .optional(),
    max_park: duration("1m", "31d")
      .optional()
      .describe("The longest that work is put aside at once. Default: 8d."),
    money: z
      .strictObject({
        job_usd: dollars().optional().describe("US dollars of one job. Default: no limit."),
        account_day_usd: dollars()
          .optional()
          .describe("US dollars of one account a day; jobs then wait for the next. Default: no limit."),
      })
      .optional(),
    stall_after: durationOrNever("1m", "24h")
      .optional()
      .describe("Without a sign of life for so long a session is ended as a stall. Default: 20m."),
    grace: duration("0s", "10m")
      .optional()
      .describe("Between asking an agent to end and killing it. Default: 5s."),
    drift: z
      .strictObject({
        head_moved: driftSchema("When git's HEAD is another than at the failure.", "stop"),
        dirty_files: driftSchema("When other files are changed than at the failure.", "warn"),
        missing_directory: driftSchema("When a directory of the session is gone.", "stop"),
      })
      .optional()
      .describe("Before a session is woken: stop for a person, warn and go on, or ignore."),
    nudge: words(2_000).optional().describe("What a session is told when it is woken."),
    models: z
      .record(z.union([z.literal("*"), modelId()]), modelId())
      .optional()
      .describe("Model to the model that stands in for it; * for all that are not named."),
    accounts: z
      .record(accountName(), accountSchema)
      .optional()
      .describe("Accounts by name. Secrets have no place here."),
    channels: channelsSchema
      .optional()
      .describe("Where people are told, by name. Only in the user's own file; secrets have no place here."),
    watch: watchSchema
      .optional()
      .describe("What `kedge up` looks after that nobody would tell of. Only in the user's own file."),
    others: othersSchema
      .optional()
      .describe("What may be done about sessions that Kedge did not start. Only in the user's own file."),
    alerts: alertsSchema.optional().describe("What people are told, and when. Only in the user's own file."),
    degraded: z
      .enum(["fail", "pass"])
      .optional()
      .describe("Whether a run counts as failed in which calls were not permitted. Default: fail."),
  })
  .superRefine((file, context) => {
    const add = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: "custom", path, message });
    for (const [cause, rule] of Object.entries(file.causes ?? {})) {
      const { base, cap } = rule?.backoff ?? {};
      if (base !== undefined && cap !== undefined && (parseDuration(cap) ?? 0) < (parseDuration(base) ?? 0))
        add(["causes", cause, "backoff", "cap"], `expected a cap of at least ${base}, got ${cap}`);
      if (rule?.action === "fallback_model" && Object.keys(file.models ?? {}).length === 0)
        add(["causes", cause, "action"], "expected `models` beside fallback_model, got none");
    }
    for (const [model, other] of Object.entries(file.models ?? {}))
      if (model === other) add(["models", model], "expected another model, got the same");
    for (const key of ["models", "accounts"] as const)
      if (Object.keys(file[key] ?? {}).length > MAX_NAMED)
        add([key], `expected at most ${MAX_NAMED}, got more`);
    // A route that names nobody tells nobody, and nobody would find out.
    for (const [at, route] of (file.alerts?.routes ?? []).entries())
      for (const key of ["channels", "accounts"] as const)
        for (const [index, name] of (route[key] ?? []).entries())
          if (!Object.hasOwn(file[key] ?? {}, name))
            add(
              ["alerts", "routes", at, key, index],
              `expected a name from ${key}, got ${name}${didYouMean(name, Object.keys(file[key] ?? {}))}`,
            );
    const { from, to } = file.hours?.wake ?? {};
    if (from !== undefined && to !== undefined && minutesBetween(from, to) < MIN_WAKE_MINUTES)
      add(["hours", "wake", "to"], `expected at least ${MIN_WAKE_MINUTES} minutes, got ${from} to ${to}`);
  })
  .meta({
    title: "Kedge policy",
    description: "What Kedge may do about failures of agent sessions, and when.",
  });

/** A policy as written, lists of variables as mappings. Every field may be left out. */
export type PolicyFile = z.infer<typeof policySchema>;

/** One rule as written. */
export type RuleFile = z.infer<RuleSchema>;

/** Makes the JSON Schema of a policy (2020-12), with a description of every field. */
export function policyJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(policySchema, { io: "input" });
}

/** From one time of day to the next other one. */
function minutesBetween(from: string, to: string): number {
  return (minuteOf(to) - minuteOf(from) + 1_440) % 1_440;
}
