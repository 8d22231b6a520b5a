import { execFileSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  lstatSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, it } from "vitest";
import { makeToolWorld } from "./tool-world.ts";

const line = (number: number, text: string): string => `${String(number).padStart(6)}\t${text}`;

describe("Read", () => {
  const ten = Array.from({ length: 10 }, (_, at) => `line ${at + 1}`).join("\n");

  it.each<[object, readonly number[]]>([
    [{}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    [{ offset: 9 }, [9, 10]],
    [{ limit: 2 }, [1, 2]],
    [{ offset: 3, limit: 2 }, [3, 4]],
    [{ offset: 0, limit: 0 }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    [{ offset: -5, limit: 1 }, [1]],
    [{ offset: 2.7, limit: 1.5 }, [2]],
    [{ offset: 10, limit: 99 }, [10]],
  ])("with %j gives these lines: %j", async (more, numbers) => {
    const { text, at } = makeToolWorld({ "project/a": ten });
    expect(await text("Read", { file_path: at("a"), ...more })).toBe(
      numbers.map((number) => line(number, `line ${number}`)).join("\n"),
    );
  });

  it("tells handlers what was read", async () => {
    const { call, at } = makeToolWorld({ "project/a": ten });
    const file = { filePath: at("a"), content: "line 2\nline 3", numLines: 2, startLine: 2, totalLines: 10 };
    expect(await call("Read", { file_path: "a", offset: 2, limit: 2 })).toMatchObject({ response: { file } });
  });

  it.each([
    ["", "(the file is empty)"],
    ["a", line(1, "a")],
    ["\ufeffa\r\nb", `${line(1, "\ufeffa\r")}\n${line(2, "b")}`],
    ["é\0€", line(1, "é\0€")],
    [`${"x".repeat(2_000)}y`, line(1, `${"x".repeat(2_000)}…`)],
    ["x".repeat(2_000), line(1, "x".repeat(2_000))],
    [`${"x".repeat(1_999)}😀`, line(1, `${"x".repeat(1_999)}\ufffd…`)],
  ])("of a file case %#", async (content, expected) => {
    expect(await makeToolWorld({ "project/a": content }).text("Read", { file_path: "a" })).toBe(expected);
  });

  it("gives the first 2,000 lines, and what is long only in part", async () => {
    const { text, call } = makeToolWorld({
      "project/many": "x\n".repeat(5_000),
      "project/long": `${"y".repeat(1_000)}\n`.repeat(100),
    });
    expect((await text("Read", { file_path: "many" })).split("\n")).toHaveLength(2_000);
    const long = await call("Read", { file_path: "long" });
    expect(long.text).toContain("characters are left out here");
    expect(long.text.length).toBeLessThan(31_000);
  });

  it.each([
    ["missing", /missing does not exist\.$/],
    ["a/below", /a\/below does not exist\.$/],
    ["folder", /folder is a folder\.$/],
    ["fifo", /fifo is no regular file\.$/],
    ["/dev/zero", /^\/dev\/zero is no regular file\.$/],
    ["/dev/stdin", /./],
    ["binary", /binary is no text in UTF-8\.$/],
    ["latin", /latin is no text in UTF-8\.$/],
    ["huge", /huge has 10485761 bytes; at most 10485760 are read\. Use Grep or Bash\.$/],
    ["loop", /ELOOP|too many/],
    ["a\0b", /./],
    ["", /project is a folder\.$/],
  ])("refuses %j in words", async (path, words) => {
    const { failure, at, context } = makeToolWorld({
      "project/a": "x",
      "project/folder/": "",
      "project/loop": "-> loop",
    });
    execFileSync("mkfifo", [at("fifo")]);
    writeFileSync(at("binary"), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe]));
    writeFileSync(at("latin"), Buffer.from("caf\xe9", "latin1"));
    writeFileSync(at("huge"), "");
    truncateSync(at("huge"), 10 * 1024 * 1024 + 1);
    expect(await failure("Read", { file_path: path })).toMatch(words);
    expect(context.seen.size).toBe(0);
  });

  it("refuses lines that there are not", async () => {
    const { failure, at } = makeToolWorld({ "project/a": "x\ny" });
    expect(await failure("Read", { file_path: "a", offset: 3 })).toBe(
      `${at("a")} has 2 lines; line 3 is behind them.`,
    );
  });

  it("takes a path from home, from the working directory, and through links", async () => {
    const { text, context } = makeToolWorld({
      "home/h": "home",
      "project/sub/s": "sub",
      "project/l": "-> sub/s",
    });
    const cwd = `${context.cwd}/sub`;
    const read = [
      text("Read", { file_path: "~/h" }),
      text("Read", { file_path: "s" }, { cwd }),
      text("Read", { file_path: "l" }),
    ];
    expect(await Promise.all(read)).toEqual([line(1, "home"), line(1, "sub"), line(1, "sub")]);
  });
});

describe("Write", () => {
  it("makes a file with its folders, and may change it from then on", async () => {
    const { call, text, at } = makeToolWorld();
    const first = await call("Write", { file_path: "new/er/a", content: "one" });
    expect(first).toMatchObject({
      ok: true,
      response: { type: "create", originalFile: null, content: "one" },
    });
    await text("Write", { file_path: at("new/er/a"), content: "two\r\n\ufeff$&" });
    expect(readFileSync(at("new/er/a"), "utf8")).toBe("two\r\n\ufeff$&");
  });

  it("changes a file that was read, and keeps its mode and its links", async () => {
    const { text, call, at } = makeToolWorld({ "project/a": "old", "project/link": "-> a" });
    execFileSync("chmod", ["750", at("a")]);
    linkSync(at("a"), at("hard"));
    await text("Read", { file_path: "link" });
    expect(await call("Write", { file_path: "link", content: "new" })).toMatchObject({
      response: { type: "update", originalFile: "old" },
    });
    expect([readFileSync(at("a"), "utf8"), readFileSync(at("hard"), "utf8")]).toEqual(["new", "new"]);
    expect([statSync(at("a")).mode & 0o777, lstatSync(at("link")).isSymbolicLink()]).toEqual([0o750, true]);
  });
});

describe.each([
  ["Write", { content: "new" }],
  ["Edit", { old_string: "old", new_string: "new" }],
] as const)("%s", (name, change) => {
  it("refuses a file that was not read", async () => {
    const { failure, at } = makeToolWorld({ "project/a": "old" });
    const why = `${at("a")} has not been read in this conversation. Read it first.`;
    expect(await failure(name, { file_path: "a", ...change })).toBe(why);
    expect(readFileSync(at("a"), "utf8")).toBe("old");
  });

  it("refuses a file that changed since, until it is read again", async () => {
    const { failure, text, at } = makeToolWorld({ "project/a": "old" });
    await text("Read", { file_path: "a" });
    writeFileSync(at("a"), "old and other");
    utimesSync(at("a"), 1, 2);
    expect(await failure(name, { file_path: "a", ...change })).toBe(
      `${at("a")} has changed since it was read. Read it again.`,
    );
    expect(readFileSync(at("a"), "utf8")).toBe("old and other");
    await text("Read", { file_path: "a" });
    await text(name, { file_path: "a", ...change });
    expect(readFileSync(at("a"), "utf8")).toContain("new");
  });

  it.each(["binary", "folder", "fifo", "huge"])("refuses %s, and leaves it as it is", async (path) => {
    const { failure, at } = makeToolWorld({ "project/folder/": "" });
    execFileSync("mkfifo", [at("fifo")]);
    const bytes = Buffer.from("old \xff\xfe", "latin1");
    writeFileSync(at("binary"), bytes);
    writeFileSync(at("huge"), "");
    truncateSync(at("huge"), 11 * 1024 * 1024);
    expect(await failure(name, { file_path: path, ...change })).toMatch(/is (a folder|no )|bytes; at most/);
    expect([readFileSync(at("binary")), statSync(at("huge")).size]).toEqual([bytes, 11 * 1024 * 1024]);
  });

  it("says in words what does not let it be written", async () => {
    const { failure, at } = makeToolWorld({ "project/a": "old" });
    symlinkSync(at("loop"), at("loop"));
    for (const path of ["a/below", "loop", "/proc/nothing/x", `${"n".repeat(300)}`])
      expect(await failure(name, { file_path: path, ...change })).toMatch(/\w+ \w+/);
    expect(existsSync(at("a/below"))).toBe(false);
  });
});

describe("Edit", () => {
  const edit = async (content: string, change: object) => {
    const world = makeToolWorld({ "project/a": content });
    await world.text("Read", { file_path: "a" });
    const outcome = await world.call("Edit", { file_path: "a", ...change });
    return { outcome, content: readFileSync(world.at("a"), "utf8"), path: world.at("a") };
  };

  it.each([
    ["one two", { old_string: "two", new_string: "three" }, "one three"],
    ["one two", { old_string: "two", new_string: "" }, "one "],
    ["price: x", { old_string: "x", new_string: "$& $1 $$ $` $'" }, "price: $& $1 $$ $` $'"],
    ["x.x.x", { old_string: "x", new_string: "$&", replace_all: true }, "$&.$&.$&"],
    ["aaa", { old_string: "aa", new_string: "b", replace_all: true }, "ba"],
    ["a.c abc", { old_string: "a.c", new_string: "x" }, "x abc"],
    ["a\r\nb\r\nc\r\n", { old_string: "b", new_string: "x" }, "a\r\nx\r\nc\r\n"],
    ["a\r\nb\r\nc\r\n", { old_string: "a\nb\n", new_string: "x\ny\nz\n" }, "x\r\ny\r\nz\r\nc\r\n"],
    ["a\r\nb\r\nc\r\n", { old_string: "a\r\nb", new_string: "x\r\ny" }, "x\r\ny\r\nc\r\n"],
    ["a\nb\r\n", { old_string: "a\nb", new_string: "x\ny" }, "x\ny\r\n"],
    ["\ufeffa", { old_string: "a", new_string: "b" }, "\ufeffb"],
    ["no end", { old_string: "no end", new_string: "an\nend" }, "an\nend"],
  ])("%j with %j is %j", async (before, change, after) => {
    expect(await edit(before, change)).toMatchObject({ outcome: { ok: true }, content: after });
  });

  it.each([
    ["one", { old_string: "two", new_string: "x" }, /^The text does not stand in /],
    ["x x x", { old_string: "x", new_string: "y" }, /^The text stands 3 times in /],
    ["one", { old_string: "", new_string: "x" }, /^`old_string` is empty\. Write makes new files\.$/],
    ["a.c", { old_string: "a[.]c", new_string: "x" }, /^The text does not stand in /],
  ])("%j with %j is refused: %s", async (before, change, why) => {
    const { outcome, content } = await edit(before, change);
    expect({ ...outcome, content }).toEqual({ ok: false, text: expect.stringMatching(why), content: before });
  });

  it("can be done again without another Read, and tells handlers what was before", async () => {
    const world = makeToolWorld({ "project/a": "1 1" });
    await world.text("Read", { file_path: "a" });
    const first = await world.call("Edit", {
      file_path: "a",
      old_string: "1",
      new_string: "2",
      replace_all: true,
    });
    expect(first).toMatchObject({
      text: `Changed ${world.at("a")} in 2 places.`,
      response: { originalFile: "1 1" },
    });
    expect(await world.text("Edit", { file_path: "a", old_string: "2 2", new_string: "3" })).toBe(
      `Changed ${world.at("a")} in 1 place.`,
    );
  });

  it("makes no file", async () => {
    const { failure, at } = makeToolWorld();
    expect(await failure("Edit", { file_path: "a", old_string: "x", new_string: "y" })).toBe(
      `${at("a")} does not exist.`,
    );
  });
});
