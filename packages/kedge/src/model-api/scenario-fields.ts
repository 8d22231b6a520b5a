import * as z from "zod";

/** The longest delay that a scenario may ask for, in ms (24 h); timers overflow above 2^31 - 1 ms. */
const MAX_DELAY_MS = 86_400_000;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A delay in ms. */
export const delayMs = (): z.ZodInt => z.int().min(0).max(MAX_DELAY_MS);

/** A delay in ms that is one: 0 would be a loop without a pause. */
export const intervalMs = (): z.ZodInt => z.int().min(1).max(MAX_DELAY_MS);

/** How often, or how many; at least one. */
export const count = (): z.ZodInt => z.int().min(1).max(1_000_000_000);

/** A number of tokens. */
export const tokenCount = (): z.ZodInt => z.int().min(0).max(1_000_000_000);

/** An object that is passed on as it is. */
export const anyObject = (): z.ZodRecord<z.ZodString, z.ZodUnknown> => z.record(z.string(), z.unknown());

/** Response headers. Numbers are welcome: `retry-after: 1` is one in YAML. */
export const answerHeaders = () =>
  z.record(
    z.string().regex(HEADER_NAME, "expected the name of a header, got other characters"),
    z.union([
      z.string().regex(HEADER_VALUE, "expected a header value of Latin-1 without line breaks, got others"),
      z.number(),
    ]),
  );
