import type { Comparison } from "../support.ts";

/** Values of one side, in the unit of its measurement. */
export interface Values {
  readonly p50: number;
  readonly p95: number;
}

/** Ours beside a floor or a peer that ran in turn with it. */
export interface Measurement {
  readonly what: string;
  readonly unit: "ms" | "µs" | "MiB";
  readonly ours: Values;
  readonly other: Values & { readonly what: string };
  /** Median of ours over the other's, pair by pair: above 1, the other is the faster or smaller one. */
  readonly ratio: number;
  /** What is asked of it; missing when there is nothing to reach. */
  readonly must?: string;
  readonly isMet?: boolean;
  /** More figures of the same runs. */
  readonly note?: string;
}

/** What could not be measured on this machine, or not yet. */
export interface Skipped {
  readonly what: string;
  readonly skipped: string;
}

/** What a comparison of {@link interleave} says, with ours as its `a`. */
export function fromComparison(
  { a, b, ratio }: Comparison,
  about: {
    readonly what: string;
    readonly other: string;
    readonly unit?: "ms" | "µs";
    readonly repeats?: number;
  },
): Measurement {
  const { what, other, unit = "ms", repeats = 1 } = about;
  const scale = (unit === "µs" ? 1_000 : 1) / repeats;
  return {
    what,
    unit,
    ours: { p50: a.p50Ms * scale, p95: a.p95Ms * scale },
    other: { what: other, p50: b.p50Ms * scale, p95: b.p95Ms * scale },
    ratio: 1 / ratio,
  };
}

/** Holds a measurement to a limit on its median. */
export function mustStayUnder(measurement: Measurement, limit: number): Measurement {
  const { unit, ours } = measurement;
  return { ...measurement, must: `≤ ${limit} ${unit}`, isMet: ours.p50 <= limit };
}

/** Holds a measurement to a limit on its ratio. */
export function mustCostAtMost(measurement: Measurement, times: number): Measurement {
  return { ...measurement, must: `≤ ${times} ×`, isMet: measurement.ratio <= times };
}

/** One row of the table: what, p50, p95, floor or peer, ratio, must, met. */
export function toRow(result: Measurement | Skipped): string[] {
  if ("skipped" in result) return [result.what, "—", "—", "—", "—", "—", "not run"];
  const { what, unit, ours, other, ratio, must = "—", isMet } = result;
  return [
    what,
    `${digits(ours.p50)} ${unit}`,
    `${digits(ours.p95)} ${unit}`,
    `${other.what}: ${digits(other.p50)} ${unit}`,
    `${digits(ratio)} ×`,
    must,
    isMet === undefined ? "—" : isMet ? "yes" : "NO",
  ];
}

/** Three figures, without an exponent. */
export function digits(value: number): string {
  return Math.abs(value) >= 1_000 ? value.toFixed(0) : value.toPrecision(3);
}
