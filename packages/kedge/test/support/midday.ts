/**
 * Name of a zone in which it is about noon at this moment: what comes or was a few hours from now is of the same day there, whenever a test runs.
 */
export function middayZone(nowMs = Date.now()): string {
  const ahead = 12 - new Date(nowMs).getUTCHours();
  // Signs of these zones say how far it is to Greenwich, and not from there.
  return `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
}
