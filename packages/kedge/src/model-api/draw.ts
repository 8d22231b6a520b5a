/**
 * Draws a number from 0 up to, and without, 1 that follows from three whole numbers alone: whatever else is drawn, and
 * whenever, the same request of the same scenario gets the same one.
 */
export function draw(seed: number, source: number, index: number): number {
  const mixed = mix(mix(mix(seed) ^ Math.imul(source + 1, 0x9e37_79b9)) ^ Math.imul(index + 1, 0x85eb_ca6b));
  return mixed / 0x1_0000_0000;
}

/** The finisher of MurmurHash3. */
function mix(value: number): number {
  let mixed = (value ^ 0x6d2b_79f5) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
