/** What a failure really was: here of an agent that says "rate_limit" and means that its plan is used up until the afternoon. */
import { adviceFor, judgeFailure } from "kedge/recovery";

const nowMs = Date.parse("2026-11-20T12:00:00Z");
const heard = {
  ...{ witness: "stop_failure_hook", agent: "claude-code", sessionId: "s1", atMs: nowMs, seenAtMs: nowMs },
  ...{ kind: "rate_limit", message: "You've hit your session limit · resets 3:30pm (Europe/Berlin)" },
};
const verdict = judgeFailure([heard], { nowMs, zone: "UTC" });
const { cause, confidence, reset } = verdict;
console.log(`${cause}, ${confidence}`);
if (reset) console.log(`until ${new Date(reset.atMs).toISOString()}, stated to the ${reset.precision}`);
console.log(`${adviceFor(verdict).action}: ${adviceFor(verdict).forPeople}`);
