import * as z from "zod";
import { CAUSES } from "../verdict.ts";
import { ENDED_CAUSES } from "./cause-bounds.ts";
import { webAddress } from "./channel-schema.ts";
import { clock, dollars, duration, durationOrNever, patterned, words } from "./policy-fields.ts";

const MAX_SCHEDULES = 100;
const MAX_PROJECTS = 100;

const scheduleName = () =>
  patterned(/^[A-Za-z0-9][\w .-]{0,63}$/, "a name of letters, digits, blanks, _, . and -");

const schedule = z
  .strictObject({
    every: duration("1m", "31d").describe("At least so often it has to begin."),
    grace: duration("0s", "7d").optional().describe("And so much later it is missed. Default: 15m."),
    project: words(255).optional().describe("Sessions of this project, by the name of its folder."),
    batch: words(255).optional().describe("The batch of this name."),
  })
  .superRefine(({ project, batch }, context) => {
    if ((project === undefined) === (batch === undefined))
      context.addIssue({
        code: "custom",
        path: [],
        message: `expected either project or batch, got ${project === undefined ? "neither" : "both"}`,
      });
  });

/** What `kedge up` looks after that nobody would tell of, as written. */
export const watchSchema = z.strictObject({
  hooks: durationOrNever("1m", "24h")
    .optional()
    .describe("A session whose hooks say nothing for so long after it began raises an alarm. Default: 5m."),
  schedules: z
    .record(scheduleName(), schedule)
    .refine((all) => Object.keys(all).length <= MAX_SCHEDULES, {
      error: `expected at most ${MAX_SCHEDULES} schedules, got more`,
    })
    .optional()
    .describe("Work that has to begin every so often, by name: an alarm is raised when it does not."),
  ping: z
    .strictObject({
      url: webAddress().describe(
        "Called with POST, and with /start and /fail at its end, as dead man's switches have it. A reference where it is secret.",
      ),
      every: duration("10s", "24h").optional().describe("Default: 1m."),
    })
    .optional()
    .describe("Tells somebody outside that `kedge up` lives: a machine that died cannot say so."),
});

const RESUMED = CAUSES.filter((cause) => !ENDED_CAUSES.some((ended) => ended === cause));

/** What may be done about sessions that Kedge did not start, as written. Every bound has to be named: nothing of it is a default. */
export const othersSchema = z.strictObject({
  resume: z
    .strictObject({
      projects: z
        .array(words(255))
        .min(1)
        .max(MAX_PROJECTS)
        .describe("Only of these, by the names of their folders; * for all."),
      causes: z.array(z.enum(RESUMED)).min(1).describe("Only after these causes."),
      hours: z
        .union([z.literal("any"), z.strictObject({ from: clock(), to: clock() })])
        .describe("Hours of the day in which they are woken, or any."),
      attempts: z.int().min(1).max(100).describe("Tries of one session, whatever the cause."),
      job_usd: dollars().describe("US dollars of one session from then on."),
    })
    .optional()
    .describe("Headless sessions of users are resumed by `kedge up` within these bounds. Default: never."),
});

/** As written. */
export type WatchFile = z.infer<typeof watchSchema>;
/** As written. */
export type OthersFile = z.infer<typeof othersSchema>;
