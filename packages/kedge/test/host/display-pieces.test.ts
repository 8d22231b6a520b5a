import { describe, expect, it } from "vitest";
import { createPieces, type Piece } from "../../src/host/display-pieces.ts";

/** Cuts what comes, and shows each piece with marks around it. */
function cut() {
  const seen: Piece[] = [];
  const shown: string[] = [];
  const pieces = createPieces(
    async (piece) => {
      seen.push(piece);
      await Promise.resolve();
      return `<${piece.text}>`;
    },
    (text) => shown.push(text),
  );
  return { seen, pieces, shown, texts: () => seen.map(({ text }) => text) };
}

describe("pieces of an answer", () => {
  it("are whole lines, numbered, and the last one is what is left", async () => {
    const { seen, pieces } = cut();
    pieces.take("one\ntw");
    await new Promise(setImmediate);
    pieces.take("o\nthree");
    expect(await pieces.finish(["one\ntwo\nthree"])).toEqual(["<one\n><two\n><three>"]);
    expect(seen).toEqual([
      { text: "one\n", index: 0, final: false },
      { text: "two\n", index: 1, final: false },
      { text: "three", index: 2, final: true },
    ]);
  });

  it("that come while one is shown are one", async () => {
    const { pieces, texts } = cut();
    for (const text of ["a\n", "b\n", "c\n", "d"]) pieces.take(text);
    await pieces.finish(["a\nb\nc\nd"]);
    expect(texts()).toEqual(["a\n", "b\nc\n", "d"]);
  });

  it("end with a final one also behind a last line end, and are none where nothing was said", async () => {
    const { seen, pieces } = cut();
    pieces.take("one\n");
    await pieces.finish(["one\n"]);
    expect(seen).toEqual([{ text: "one\n", index: 0, final: true }]);
    const blank = cut();
    blank.pieces.take("\n");
    await blank.pieces.finish(["\n"]);
    expect(blank.seen).toEqual([{ text: "\n", index: 0, final: true }]);
    const none = cut();
    expect(await none.pieces.finish([])).toEqual([]);
    expect(none.seen).toEqual([]);
  });

  it("belong to the text in which they begin", async () => {
    const { pieces } = cut();
    pieces.take("one\ntwo");
    await new Promise(setImmediate);
    pieces.take("three\nfour");
    const shown = await pieces.finish(["one\ntwo", "three\nfour"]);
    expect(shown).toEqual(["<one\n><twothree\n>", "<four>"]);
    expect(shown.join("").replace(/[<>]/g, "")).toBe("one\ntwothree\nfour");
  });

  it("cover the whole answer where not all of it was streamed", async () => {
    const { pieces, texts } = cut();
    pieces.take("one\nt");
    await new Promise(setImmediate);
    await pieces.finish(["one\ntwo\nthree"]);
    expect(texts()).toEqual(["one\n", "two\nthree"]);
  });

  it("are no more once they are dropped", async () => {
    const { pieces, texts, shown } = cut();
    pieces.take("one\ntw");
    pieces.drop();
    pieces.take("o\nthree");
    await pieces.finish(["one\ntwo\nthree"]);
    // The one that was under way is not shown either.
    expect([texts(), shown]).toEqual([["one\n"], []]);
  });
});
