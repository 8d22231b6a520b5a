import * as z from "zod";
import { describeValue } from "../../protocol/index.ts";
import { channelName, homePath, patterned, words } from "./policy-fields.ts";

const VARIABLE = /^[A-Z_][A-Z0-9_]{0,127}$/;
const MAX_URL = 2_000;

/** Where a secret stands: in a variable of Kedge's environment, or in a file that nobody else can read. Never here. */
const secret = () =>
  z.union(
    [
      z.strictObject({
        env: patterned(
          VARIABLE,
          "the name of an environment variable, in capitals, and never its value",
        ).describe("Name of the variable that holds it."),
      }),
      z.strictObject({
        file: homePath("a file").describe("Path of a file that holds it, and that nobody else can read."),
      }),
    ],
    { error: ({ input }) => `expected ${REFERENCE}, got ${withoutText(input)}` },
  );

const REFERENCE = "where the secret stands, { env: NAME } or { file: path }";

/** A text in the place of a secret may be the secret. */
function withoutText(value: unknown): string {
  return typeof value === "string" ? "a text" : describeValue(value);
}

/** An address without credentials in it. */
const address = (protocols: string) =>
  patterned(
    new RegExp(`^(?:${protocols})://[^\\s@]{1,${MAX_URL}}$`),
    `a URL (${protocols.replaceAll("|", ", ")}) without credentials`,
  );

const mailbox = () =>
  patterned(/^[^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,255}$/, "an address such as ops@example.com");

/** Only `http` to this machine or a private network: what is told is nobody else's. */
export const webAddress = () =>
  z.union([address("https|http"), secret()], {
    error: ({ input }) => `expected a URL, or ${REFERENCE}, got ${withoutText(input)}`,
  });

const webhook = z
  .strictObject({
    type: z.literal("webhook"),
    url: webAddress().describe("Where to. A reference where the URL itself is a secret."),
    secret: z
      .union([secret(), z.array(secret()).min(1).max(5)])
      .optional()
      .describe(
        "Secret that messages are signed with (whsec_…); several while it is rotated, the newest first.",
      ),
    headers: z
      .record(patterned(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, "the name of a header"), secret())
      .optional()
      .describe("Further headers, such as Authorization, by references."),
  })
  .describe("A signed webhook (Standard Webhooks).");

const slack = z
  .strictObject({ type: z.literal("slack"), url: secret().describe("The incoming webhook.") })
  .describe("A Slack channel, by an incoming webhook.");

const pagerduty = z
  .strictObject({
    type: z.literal("pagerduty"),
    routing_key: secret().describe("Integration key of the service (Events API v2)."),
    url: address("https|http")
      .optional()
      .describe(
        "Default: https://events.pagerduty.com/v2/enqueue. In the EU https://events.eu.pagerduty.com/v2/enqueue.",
      ),
  })
  .describe("A PagerDuty service.");

const email = z
  .strictObject({
    type: z.literal("email"),
    smtp: z
      .union([address("smtps|smtp"), secret()], {
        error: ({ input }) => `expected a URL, or ${REFERENCE}, got ${withoutText(input)}`,
      })
      .describe("Server, such as smtps://mail.example.com; with a user and password only by reference."),
    from: mailbox(),
    to: z.array(mailbox()).min(1).max(20),
  })
  .describe("E-mail; all of an incident in one thread.");

const ntfy = z
  .strictObject({
    type: z.literal("ntfy"),
    server: address("https|http").optional().describe("Default: https://ntfy.sh."),
    topic: secret().describe("Whoever knows a topic can read it."),
    token: secret().optional(),
  })
  .describe("A phone or a desktop, by ntfy.");

const desktop = z.strictObject({ type: z.literal("desktop") }).describe("A notification on this desktop.");

const command = z
  .strictObject({
    type: z.literal("command"),
    argv: z.array(words(4_096)).min(1).max(50).describe("Program and arguments. No shell reads them."),
  })
  .describe("Any program: it gets the message as JSON on standard input, and is done when it exits with 0.");

/** One channel as written. */
const channelSchema = z.discriminatedUnion("type", [
  webhook,
  slack,
  pagerduty,
  email,
  ntfy,
  desktop,
  command,
]);

const MAX_CHANNELS = 30;

/** All channels as written, by name. */
export const channelsSchema = z
  .record(channelName(), channelSchema)
  .refine((channels) => Object.keys(channels).length <= MAX_CHANNELS, {
    error: `expected at most ${MAX_CHANNELS} channels, got more`,
  });

/** A channel as written. */
export type ChannelFile = z.infer<typeof channelSchema>;
