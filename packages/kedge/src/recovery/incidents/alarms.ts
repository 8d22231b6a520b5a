/**
 * What is wrong without any session having failed: nobody would tell of it, because what should have happened did not.
 *
 * - `missed_run`: work that the policy watches has not begun for too long
 * - `quiet_hooks`: sessions run whose hooks say nothing
 * - `dead_supervisor`: `kedge up` ended without having been told to
 * - `gone_channel`: a receiver of alerts wants nothing any more
 */
export const ALARM_CAUSES = ["missed_run", "quiet_hooks", "dead_supervisor", "gone_channel"] as const;

/** One from {@link ALARM_CAUSES}. */
export type AlarmCause = (typeof ALARM_CAUSES)[number];

/** Whether an incident is one that no failure opened. */
export function isAlarm(cause: string): cause is AlarmCause {
  return ALARM_CAUSES.some((known) => known === cause);
}

/** What stands in the place of the account: it concerns whoever runs the machine. */
export const ALARM_ACCOUNT = "machine";

/** How an alarm is put to people. */
export interface AlarmWords {
  /** In the fewest words. */
  readonly name: string;
  /** What to do, in one or two plain sentences. */
  readonly advice: string;
  /** How it ended, where it ended by itself. */
  readonly over: string;
}

export const ALARM_WORDS: Readonly<Record<AlarmCause, AlarmWords>> = {
  missed_run: {
    name: "work did not begin",
    advice: "Look at what starts it: cron, CI, a timer. `kedge status` tells what ran last.",
    over: "The work has begun again.",
  },
  quiet_hooks: {
    name: "hooks say nothing",
    advice:
      "Run `kedge doctor`: settings with one broken entry switch off all hooks of their file, and so does --bare.",
    over: "The hooks speak again.",
  },
  dead_supervisor: {
    name: "kedge up had died",
    advice: "Look at its log for the reason. It is back, and has taken in what hooks left meanwhile.",
    over: "It has been started again.",
  },
  gone_channel: {
    name: "a channel is gone",
    advice:
      "Give the channel its new address, or take it out of the policy; `kedge alerts retry` tries it as it is.",
    over: "The channel takes messages again.",
  },
};
