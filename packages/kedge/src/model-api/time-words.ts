const PLACEHOLDER = /\{(epoch_s|rfc3339|http_date)([+-]\d{1,9})?\}/g;

/**
 * Fills in times that are so many seconds from now: `{epoch_s+3600}`, `{rfc3339+60}`, `{http_date-5}`.
 *
 * Fractions of a second are rounded up, so that nobody who waits until then is early.
 *
 * @param nowMs epoch ms
 */
export function fillTimes(text: string, nowMs: number): string {
  if (!text.includes("{")) return text;
  return text.replaceAll(PLACEHOLDER, (_, form: string, offset = "0") => {
    const seconds = Math.ceil(nowMs / 1000) + Number(offset);
    const at = new Date(seconds * 1000);
    if (form === "epoch_s") return String(seconds);
    return form === "http_date" ? at.toUTCString() : at.toISOString().replace(".000Z", "Z");
  });
}
