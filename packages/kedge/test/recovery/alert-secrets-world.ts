/** Failures whose every field holds secrets and private words, as agents would leave them; and how to find those again in what was sent. */
import { join } from "node:path";
import { builders } from "../redact/planted-secrets.ts";
import type { Received } from "../support/http-server.ts";
import { createRandom, fuzzSeed } from "../support/random.ts";
import type { RecoveryWorld } from "../support/recovery-world.ts";
import { HOUR } from "./incident-world.ts";
import { failedEntry, leaveAt, writeTranscript } from "./spool-world.ts";

/** What is no secret and nobody else's business. */
export const PRIVATE = {
  prompt: "rewrite the contract with Zweigstelle Nord",
  argument: "grep -r Lohnabrechnung --include=2026.csv",
  body: "max_tokens_to_sample: prompt_rejected_by_zz9",
  person: "ulrike.meyer@customer.example",
  folder: "/home/ulrike/customers/acme",
} as const;

/** What agents say of failures: causes of an account, a session, a provider, and one that nobody knows, whose name is a secret. */
const CASES = [
  { kind: "billing_error", status: 400, words: "Credit balance is too low" },
  { kind: "invalid_request", status: 400, words: "API Error: 400" },
  { kind: "rate_limit", status: 429, words: "You have hit your session limit · resets 3am" },
  { kind: "authentication_failed", status: 401, words: "API Error: 401 Please run /login" },
  { kind: "server_error", status: 500, words: "API Error: 500" },
] as const;
const UNKNOWN = { kind: null, status: undefined, words: "Something odd has happened:" } as const;

const ID = /^[\w.:/@+-]{1,200}$/;
/** Names of accounts and channels, as the policy takes them. */
export const ACCOUNT = /^[A-Za-z0-9][\w.-]{0,63}$/;
export const CHANNEL = /^[A-Za-z0-9][\w-]{0,31}$/;

const random = createRandom(fuzzSeed);
export const planted: { readonly name: string; readonly secret: string }[] = [];

/** A secret that was never there before, in the text that makes it one. */
export function plant(name: string): { readonly text: string; readonly secret: string } {
  const made = builders[name]?.(random);
  if (made === undefined) throw new Error(`Expected a kind of secret, got ${name}`);
  planted.push({ name, secret: made.secret });
  return made;
}

/** The same where a name has to be of a form. */
export function plantName(name: string, form: RegExp, other: string): string {
  const { text } = plant(name);
  return form.test(text) ? text : other;
}

/** Failures of one kind of secret: every field that an agent fills holds another one of it. */
export function leaveFailures(world: RecoveryWorld, name: string, number: number): void {
  const words = (): string => `${plant(name).text} of ${PRIVATE.person} in ${PRIVATE.folder}/notes.txt`;
  const atMs = world.now;
  const timestamp = new Date(atMs).toISOString();
  for (const [index, about] of [CASES[number % CASES.length] ?? UNKNOWN, UNKNOWN].entries()) {
    const entry = `${number}-${index}`;
    const kind = about.kind ?? plant(name).text;
    const said = (): string => `${about.words} {"error":${JSON.stringify(words())}} ${PRIVATE.body}`;
    const call = {
      type: "tool_use",
      id: "t",
      name: "Bash",
      input: { command: `${PRIVATE.argument} ${words()}` },
    };
    const failed = {
      ...{
        uuid: `f${entry}`,
        error: kind,
        apiErrorStatus: about.status,
        requestId: plantName(name, ID, "req"),
      },
      message: { content: [{ type: "text", text: said() }] },
    };
    const transcript = writeTranscript(
      world,
      entry,
      [
        { type: "user", timestamp, uuid: `u${entry}`, message: { content: `${PRIVATE.prompt} ${words()}` } },
        { type: "assistant", timestamp, uuid: `c${entry}`, message: { content: [call] } },
        failedEntry(atMs, failed),
      ],
      join(world.homeDir, `.claude/projects/-${entry}`),
    );
    leaveAt(world, atMs, entry, "failure", {
      // Of two secrets nothing is left to tell them apart by: one session would be the other.
      session_id: index === 0 ? plantName(name, ID, `session-${entry}`) : `session-${entry}`,
      ...{ transcript_path: transcript, hook_event_name: "StopFailure", error: kind },
      cwd: `${PRIVATE.folder}/${plant(name).text}`,
      prompt_id: plantName(name, ID, `prompt-${entry}`),
      last_assistant_message: said(),
      error_details: { body: `${PRIVATE.body} ${words()}`, headers: { [plant(name).text]: words() } },
      permission_mode: words(),
      // A subagent's failure alerts nobody, but is stored beside the others.
      ...(number % 8 === 7 ? { agent_id: plantName(name, ID, "sub"), agent_type: words() } : {}),
      kedge: {
        ...{ model: plantName(name, ID, "claude-x"), reset_from: words() },
        // A type that nobody knows is a failure of the server.
        ...(about === UNKNOWN ? {} : { error_type: words() }),
        ...{ request_id: plantName(name, ID, "req"), resets_at_ms: atMs + HOUR },
        last_tool: { name: words(), input_digest: words() },
      },
    });
  }
}

/** Everything of a request that is not the same for each. */
export function bytesOf({ method, target, rawHeaders, body }: Received): string {
  return [method, target, ...rawHeaders, body].join("\n");
}

/** A mail as its reader sees it, after the mail as it came: what is encoded is found in either. */
export function readMail(mail: string): string {
  const end = mail.indexOf("\r\n\r\n");
  const body = mail.slice(end + 4);
  const isBase64 = /^content-transfer-encoding: base64/im.test(mail.slice(0, end));
  const decoded = isBase64
    ? Buffer.from(body, "base64").toString()
    : Buffer.from(
        body
          .replace(/=\r\n/g, "")
          .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        "latin1",
      ).toString();
  const words = mail
    .slice(0, end)
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_, base64: string) => Buffer.from(base64, "base64").toString());
  return [mail, words, decoded].join("\n");
}

/** Forms in which a secret could be there: as it is or encoded, whole or in part. */
export function formsOf(secret: string): readonly string[] {
  return secret.split(/\r?\n|\\n/).flatMap((line) => {
    const middle = Math.floor(line.length / 2) - 6;
    const parts =
      line.length <= 12 ? [line] : [line.slice(0, 12), line.slice(middle, middle + 12), line.slice(-12)];
    // Without the last group, which depends on what comes next.
    const base64 = Buffer.from(line).toString("base64").replace(/=*$/, "").slice(0, -4);
    return [...parts, base64, encodeURIComponent(line), Buffer.from(line).toString("hex")];
  });
}
