import * as z from "zod";
import { describeValue } from "../../protocol/index.ts";
import { createZone } from "../reset-zone.ts";
import { DURATION, formatDuration, parseDuration } from "./duration.ts";

/** `23:59`. */
const CLOCK = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
/** No control characters: no process starts with some of them in its environment. */
const HOME_PATH = /^(?:~\/|\/|[A-Za-z]:[\\/])\P{Cc}{0,1000}$/u;
const MAX_USD = 1_000_000;

/** A text that a pattern bounds; whatever is wrong is said in the same words. */
export function patterned(pattern: RegExp, what: string): z.ZodString {
  const error = ({ input }: { readonly input?: unknown }): string =>
    `expected ${what}, got ${describeValue(input)}`;
  return z.string({ error }).regex(pattern, { error, abort: true });
}

const DURATION_WORDS = "a duration such as 90s, 15m, 2h or 3d";

/** A duration within bounds, both written as one. */
export function duration(least: string, most: string): z.ZodType<string, string> {
  return bounded(patterned(DURATION, DURATION_WORDS), least, most);
}

/** The same, or the word `never`. */
export function durationOrNever(least: string, most: string): z.ZodType<string, string> {
  const pattern = new RegExp(`${DURATION.source}|^never$`);
  return bounded(patterned(pattern, `${DURATION_WORDS}, or never`), least, most);
}

function bounded(text: z.ZodString, least: string, most: string): z.ZodType<string, string> {
  const [min, max] = [parseDuration(least) ?? 0, parseDuration(most) ?? 0];
  return text.superRefine((text, context) => {
    const ms = parseDuration(text) ?? min;
    const bound = ms < min ? `at least ${formatDuration(min)}` : `at most ${formatDuration(max)}`;
    if (ms >= min && ms <= max) return;
    const message = `expected a duration of ${bound}, got ${describeValue(text)}`;
    context.addIssue({ code: "custom", message });
  });
}

/** A time of day. */
export function clock(): z.ZodString {
  return patterned(CLOCK, 'a time of day such as "22:00"');
}

/** A zone that the platform knows. */
export function zoneName(): z.ZodType<string, string> {
  return z
    .string({ error: ({ input }) => `expected a zone such as Europe/Berlin, got ${describeValue(input)}` })
    .superRefine((name, context) => {
      if (createZone(name) !== undefined) return;
      const message = `expected a zone such as Europe/Berlin, got ${describeValue(name)}`;
      context.addIssue({ code: "custom", message });
    });
}

/** The path of a directory, or of something else, that does not depend on where a command is run. */
export function homePath(what = "a directory"): z.ZodString {
  return patterned(HOME_PATH, `an absolute path of ${what}, or one that begins with ~/`);
}

/** What a person calls an account. */
export function accountName(): z.ZodString {
  return patterned(/^[A-Za-z0-9][\w.-]{0,63}$/, "a name of letters, digits, _, . and -");
}

/** What a person calls a channel. */
export function channelName(): z.ZodString {
  return patterned(/^[A-Za-z0-9][\w-]{0,31}$/, "a name of up to 32 letters, digits, _ and -");
}

/** The id of a model. */
export function modelId(): z.ZodString {
  return patterned(/^[\w.:/@+[\]-]{1,200}$/, "the id of a model");
}

/** US dollars, above 0: nothing at all is not a limit but the end. */
export function dollars(): z.ZodNumber {
  const error = ({ input }: { readonly input?: unknown }): string =>
    `expected US dollars from 0.01 to ${MAX_USD}, got ${describeValue(input)}`;
  return z.number({ error }).min(0.01, { error }).max(MAX_USD, { error });
}

/** A bounded text for people or agents. */
export function words(most: number): z.ZodString {
  return z.string().min(1).max(most);
}
