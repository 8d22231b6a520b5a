/** One piece of an answer: whole lines, or what is left at its end. */
export interface Piece {
  readonly text: string;
  /** From 0. */
  readonly index: number;
  readonly final: boolean;
}

/** Cuts the text of one answer into pieces as it comes, and has one shown after the other. */
export interface Pieces {
  take(text: string): void;
  /**
   * Has the rest shown.
   *
   * @param texts the texts of which the answer is made, one behind the other
   * @returns what was shown for each of them: a piece belongs to the text in which it begins
   */
  finish(texts: readonly string[]): Promise<readonly string[]>;
  /** Shows nothing more. */
  drop(): void;
}

/**
 * @param pass says what is to be shown of a piece; must not reject. Lines that come meanwhile are one piece, so that a slow one costs no
 *   more calls
 * @param show shows it
 */
export function createPieces(pass: (piece: Piece) => Promise<string>, show: (text: string) => void): Pieces {
  const done: { readonly from: number; readonly shown: string }[] = [];
  let text = "";
  let taken = 0;
  let working: Promise<void> | null = null;
  let isDropped = false;

  const put = async (end: number, final: boolean): Promise<void> => {
    const from = taken;
    taken = end;
    const passed = await pass({ text: text.slice(from, end), index: done.length, final });
    const shown = isDropped ? "" : passed;
    if (shown !== "") show(shown);
    done.push({ from, shown });
  };
  const work = async (): Promise<void> => {
    for (let end = wholeLines(); end > taken && !isDropped; end = wholeLines()) await put(end, false);
    working = null;
  };
  /** Where the last whole line ends that something follows: the last of all is shown as the last. */
  const wholeLines = (): number => (text.length < 2 ? 0 : text.lastIndexOf("\n", text.length - 2) + 1);

  return {
    take(piece) {
      text += piece;
      if (!isDropped && wholeLines() > taken) working ??= work();
    },
    async finish(texts) {
      await working;
      const whole = texts.join("");
      // What came and what the answer is made of are the same; where they are not, the answer counts.
      text = whole.startsWith(text.slice(0, taken)) ? whole : text.slice(0, taken) + whole;
      if (!isDropped && text.length > taken) await put(text.length, true);
      const ends = texts.map((_, at) => texts.slice(0, at + 1).join("").length);
      return ends.map((end, at) =>
        done
          .filter(({ from }) => from < end && from >= (ends[at - 1] ?? 0))
          .map(({ shown }) => shown)
          .join(""),
      );
    },
    drop() {
      isDropped = true;
    },
  };
}
