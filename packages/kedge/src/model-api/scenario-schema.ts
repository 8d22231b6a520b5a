import * as z from "zod";
import { limitSchema } from "./limit-schema.ts";
import { afterLastSchema, faultSchema, routeSchema } from "./route-schema.ts";
import { stepSchema } from "./step-schema.ts";

/** A whole scenario. */
export const scenarioSchema = z
  .strictObject({
    $schema: z.string().optional().describe("The JSON Schema of this file, for editors."),
    description: z.string().optional().describe("What the scenario is for."),
    seed: z
      .int()
      .min(0)
      .max(0xffff_ffff)
      .optional()
      .describe("Settles ids and the chances of faults. Default: 1."),
    models: z.array(z.string().min(1)).min(1).optional().describe("Ids that GET /v1/models lists."),
    strict_models: z
      .boolean()
      .optional()
      .describe("Other models than those listed get 404 not_found_error. Default: false."),
    keys: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe("Credentials that are accepted; others get 401. Default: any that is not empty."),
    replies: z
      .array(stepSchema)
      .min(1)
      .optional()
      .describe("Answers, one a request, for requests that no route takes. Default: the text ok."),
    after_last: afterLastSchema.optional(),
    routes: z
      .array(routeSchema)
      .optional()
      .describe("Scripts of their own for some requests; the first whose `when` fits takes the request."),
    faults: z
      .array(faultSchema)
      .optional()
      .describe("Disturbances, by number, time or chance; the first that fits hits the request."),
    limits: z.array(limitSchema).optional().describe("Rate limits and plan windows, by credential."),
  })
  .superRefine((scenario, context) => {
    const seen = new Set<string>();
    for (const [index, { key }] of (scenario.limits ?? []).entries()) {
      const message = "expected one limit for each key, got a second one";
      if (seen.has(key)) context.addIssue({ code: "custom", path: ["limits", index, "key"], message });
      seen.add(key);
    }
    if (scenario.strict_models === true && scenario.models === undefined) {
      const message = "expected `models` beside `strict_models`, got none";
      context.addIssue({ code: "custom", path: ["strict_models"], message });
    }
  })
  .meta({
    title: "Kedge model API scenario",
    description: "What a scriptable Messages API answers, and where it fails on purpose.",
  });

/** A scenario, as written. Every field may be left out: without any, each request gets the text `ok`. */
export type Scenario = z.infer<typeof scenarioSchema>;

/** Makes the JSON Schema of a scenario (2020-12), with a description of every field. */
export function scenarioJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(scenarioSchema, { io: "input" });
}
