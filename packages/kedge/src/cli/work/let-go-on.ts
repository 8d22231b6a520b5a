import { accountOwner, accountWords, causeWords, type Job, PERSON, shortTime } from "../../recovery/index.ts";
import type { Moment } from "../moment.ts";
import type { WorkRoom } from "./open-work.ts";

/**
 * Somebody asked for work to go on by hand: what waits for a person is due, and an account that was stopped lets one session find out
 * whether it works again.
 *
 * @returns keys of the jobs that a person had to let go on
 */
export async function letGoOn(
  jobs: readonly Job[],
  { queue, governor }: WorkRoom,
  { moment, say }: { readonly moment: Moment; readonly say: (text: string) => void },
): Promise<ReadonlySet<string>> {
  const held = jobs.filter(
    ({ state, owner, account }) =>
      state === "parked" && (owner === PERSON || owner === accountOwner(account)),
  );
  const open = jobs.filter(({ endedMs }) => endedMs === null);
  for (const account of new Set(open.map((job) => job.account))) {
    const view = await governor.view(account);
    if (view?.state !== "stopped") continue;
    say(
      `${accountWords(account)} was stopped ${shortTime(view.sinceMs, moment)} (${causeWords(view.why ?? "")}): one session finds out whether it works again.`,
    );
    await governor.clear({ account });
  }
  if (held.length > 0)
    await queue.wake(
      held.map(({ key }) => key),
      { why: "A person let it go on." },
    );
  return new Set(held.map(({ key }) => key));
}
