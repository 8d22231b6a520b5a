import { describe, expect, test } from "vitest";
import { judgeHost } from "../../../src/host/sandbox/domain-rules.ts";

const ALLOWED = ["example.com", "*.test.dev", "10.1.2.3", "[::1]", "localhost", "Ünïcode.example"];

describe("a host that settings name", () => {
  test.for([
    ["example.com", "example.com", true],
    ["EXAMPLE.com.", "example.com", true],
    ["a.test.dev", "a.test.dev", false],
    ["a.b.test.dev", "a.b.test.dev", false],
    ["10.1.2.3", "10.1.2.3", true],
    ["0x0a010203", "10.1.2.3", true],
    ["167838211", "10.1.2.3", true],
    ["[::1]", "::1", true],
    ["0:0:0:0:0:0:0:1", "::1", true],
    ["localhost", "localhost", true],
  ] as const)("%s is reached as %s", ([host, reached, isNamed]) => {
    expect(judgeHost(host, ALLOWED)).toEqual({ ok: true, host: reached, isNamed });
  });
});

describe("a host that nobody named", () => {
  test.for([
    ...["other.com", "example.com.evil.com", "evilexample.com", "xn--example.com", "sub.example.com"],
    ...["test.dev", "eviltest.dev", "a.test.dev.evil.com", ".test.dev", "*.test.dev", "a..test.dev"],
    ...["example.com\0.evil.com", "evil.com\0.test.dev", "example.com\r\n", "example.com ", " example.com"],
    ...[
      "evil.com#.test.dev",
      "evil.com/.test.dev",
      "evil.com?.test.dev",
      "evil.com@a.test.dev",
      "a%2etest.dev",
    ],
    ...["evil.com\\.test.dev", "a.test.dev:80", "ａ.test.dev", "a。test.dev", "a\u200b.test.dev"],
    ...[
      "127.0.0.1",
      "2130706433",
      "0x7f.1",
      "017700000001",
      "10.1.2.4",
      "[::ffff:10.1.2.3]",
      "[::1%eth0]",
      "[fe80::1]",
    ],
    ...[
      "",
      ".",
      "-",
      `${"a".repeat(64)}.test.dev`,
      `${"a.".repeat(130)}test.dev`,
      "999.999.999.999",
      "1.2.3.4.5",
    ],
  ])("%j is not reached", (host) => {
    expect(judgeHost(host, ALLOWED)).toMatchObject({ ok: false });
  });

  test("a star alone, or inside, names nobody", () => {
    for (const pattern of ["*", "*.", "**.com", "ex*mple.com", "*example.com"])
      expect(judgeHost("example.com", [pattern])).toMatchObject({ ok: false });
  });

  test("a host with control characters is not repeated", () => {
    expect(judgeHost("a\x1b[31m.com", ALLOWED)).toEqual({
      ok: false,
      why: "the host is no name and no address",
    });
  });
});
