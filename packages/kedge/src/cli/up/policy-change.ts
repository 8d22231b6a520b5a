import { loadOwnPolicy } from "../commands/policy-file.ts";
import type { Part } from "./parts.ts";
import type { Running } from "./running.ts";

const EVERY_MS = 30_000;

/**
 * Says when the user's policy is not the one any more that is in force here. It is not taken over by itself: a file that is half written, or
 * mistyped at night, would change who is told, and what is woken.
 */
export function watchPolicy({ policy, context, log }: Running): Part {
  const inForce = JSON.stringify(policy);
  let said = inForce;
  return {
    ...{ name: "policy", everyMs: EVERY_MS },
    async work() {
      const text = await loadOwnPolicy(context).then(
        (source) => JSON.stringify(source.policy),
        () => "one that cannot be read",
      );
      if (text !== said && text !== inForce)
        log({
          ...{ level: "warning", event: "policy" },
          words: "the policy has changed, and holds from the next start of kedge up on: start it again",
        });
      said = text;
    },
  };
}
