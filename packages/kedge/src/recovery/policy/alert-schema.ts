import * as z from "zod";
import { ALARM_CAUSES } from "../incidents/alarms.ts";
import type { AlertCause } from "../incidents/alert-rules.ts";
import { SEVERITIES } from "../incidents/incident.ts";
import { CAUSES } from "../verdict.ts";
import { accountName, channelName, clock, duration, durationOrNever, words } from "./policy-fields.ts";

const causeAlert = z.strictObject({
  severity: z
    .enum([...SEVERITIES, "none"])
    .optional()
    .describe("How urgent it is; none: nobody is told."),
  after: duration("0s", "7d").optional().describe("What is over within this time is told to nobody."),
});

const ALERT_CAUSES: readonly AlertCause[] = [...CAUSES, ...ALARM_CAUSES];

const causes = z.strictObject({
  "*": causeAlert.optional().describe("For every cause without an own rule, field by field."),
  ...(Object.fromEntries(ALERT_CAUSES.map((cause) => [cause, causeAlert.optional()])) as Record<
    AlertCause,
    z.ZodOptional<typeof causeAlert>
  >),
});

const route = z.strictObject({
  severity: z.array(z.enum(SEVERITIES)).min(1).optional().describe("Only of these."),
  causes: z.array(z.enum(ALERT_CAUSES)).min(1).optional().describe("Only of these."),
  accounts: z.array(accountName()).min(1).optional().describe("Only of these, by their names in accounts."),
  projects: z.array(words(255)).min(1).optional().describe("Only of these, by the names of their folders."),
  channels: z.array(channelName()).max(30).describe("Where it goes; an empty list tells nobody."),
});

/** What is told, when, and where, as written. */
export const alertsSchema = z.strictObject({
  group_wait: duration("0s", "1h")
    .optional()
    .describe(
      "After a first failure others are waited for so long, to come in the same alert. Default: 30s.",
    ),
  group_interval: duration("10s", "24h")
    .optional()
    .describe("Between two alerts of one incident. Default: 5m."),
  repeat: durationOrNever("10m", "30d")
    .optional()
    .describe("A critical incident that nobody has acknowledged is told again after so long. Default: 4h."),
  remind: durationOrNever("1h", "30d")
    .optional()
    .describe("Whatever lasts is told again after so long. Default: 24h."),
  quiet: z
    .strictObject({ from: clock(), to: clock() })
    .refine(({ from, to }) => from !== to, {
      path: ["to"],
      error: "expected another time than that of `from`, got the same",
    })
    .optional()
    .describe("Hours of the day in which only what is critical is told; the rest comes at their end."),
  causes: causes.optional().describe("How urgent each cause is. `kedge policy show` tells the defaults."),
  routes: z
    .array(route)
    .max(100)
    .optional()
    .describe("The first that fits says where an incident goes. Default: every channel gets every incident."),
});

/** What is told, as written. */
export type AlertsFile = z.infer<typeof alertsSchema>;
