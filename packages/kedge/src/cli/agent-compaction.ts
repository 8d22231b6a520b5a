import type { SessionOptions } from "../host/index.ts";
import { envNumber, nonEmpty } from "./agent-environment.ts";
import type { Context } from "./context.ts";

/** What the environment says of compaction. @source Claude Code settings reference, "Environment variables" */
export function compactionOptions(context: Context): Pick<SessionOptions, "compaction"> {
  const { env } = context;
  const windowTokens = envNumber(context, "CLAUDE_CODE_AUTO_COMPACT_WINDOW", 1);
  const percent = envNumber(context, "CLAUDE_AUTOCOMPACT_PCT_OVERRIDE", 1);
  const isOff = ["DISABLE_AUTO_COMPACT", "DISABLE_COMPACT"].some((name) => isTrue(env[name]));
  return {
    compaction: {
      ...(isOff ? { isAutomatic: false } : {}),
      ...(windowTokens === undefined ? {} : { windowTokens }),
      ...(percent === undefined ? {} : { percent }),
    },
  };
}

function isTrue(text: string | undefined): boolean {
  return /^(?:1|true|yes|on)$/i.test(nonEmpty(text)?.trim() ?? "");
}
