/** Calls of one server that have not ended. */
export interface CallsUnderWay {
  /** @returns what must be called when it ends */
  begin(by: "model" | "hook"): () => void;
  /**
   * How long a question of the server may stand: until every call of the model that it may belong to has ended.
   *
   * @returns null where nobody may be asked: it belongs to no call, or to one that was interrupted. Nor while a handler's own call is under way:
   *   what that makes a server ask meets no handlers, or it would call itself
   */
  question(): AbortSignal | null;
}

/** Makes the list of a server. */
export function createCallsUnderWay(): CallsUnderWay {
  const ofModel = new Set<AbortController>();
  let ofHooks = 0;
  return {
    begin(by) {
      if (by === "hook") {
        ofHooks++;
        return () => void ofHooks--;
      }
      const call = new AbortController();
      ofModel.add(call);
      return () => {
        ofModel.delete(call);
        call.abort();
      };
    },
    question() {
      if (ofHooks > 0 || ofModel.size === 0) return null;
      return whenAll([...ofModel].map(({ signal }) => signal));
    },
  };
}

function whenAll(signals: readonly AbortSignal[]): AbortSignal {
  const all = new AbortController();
  let left = signals.length;
  const count = (): void => {
    if (--left === 0) all.abort();
  };
  for (const signal of signals) signal.addEventListener("abort", count, { once: true });
  return all.signal;
}
