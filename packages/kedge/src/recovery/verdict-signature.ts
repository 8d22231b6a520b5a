/** Ids that differ from one answer to the next. */
const IDS = /\b(?:req|msg)_\w{1,64}/gi;

/**
 * Makes a short name for an answer, the same for the same status (or kind) and text. Request ids, case and blanks do not count.
 *
 * It is no digest to trust: 53 bits, only for comparing two failures of one session.
 */
export function signAnswer(what: number | string, text: string): string {
  const words = text.replace(IDS, "").replace(/\s+/g, " ").trim().toLowerCase();
  return `${what}:${hash(words)}`;
}

// cyrb53: two multiplicative hashes of 32 bits, mixed at the end
function hash(text: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 2_654_435_761);
    b = Math.imul(b ^ unit, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return (4_294_967_296 * (2_097_151 & b) + (a >>> 0)).toString(36);
}
