/** Hours of the day, in the policy's zone. They may go past midnight. */
export interface WakeHours {
  /** Minute of the day, 0 to 1439: the first in which sessions are woken. */
  readonly fromMinute: number;
  /** The first in which they are not woken any more. */
  readonly toMinute: number;
}
