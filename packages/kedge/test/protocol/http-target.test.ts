import { describe, expect, test } from "vitest";
import { type AddressKind, addressKind, judgeTarget } from "../../src/protocol/index.ts";

/** Kind of a host, or `refused`. */
function kindOf(host: string): AddressKind | "refused" {
  const judged = judgeTarget(`http://${host}:8080/path`);
  return judged.ok ? judged.kind : "refused";
}

describe("loopback in every spelling", () => {
  test.each([
    ...[
      "127.0.0.1",
      "127.1",
      "127.0.1",
      "127.255.255.254",
      "2130706433",
      "0x7f000001",
      "0x7f.1",
      "0X7F.0.0.0x1",
    ],
    ...["017700000001", "0177.0.0.1", "0177.0.0.01", "127.0.0.1.", "0", "0.0.0.0", "0.0.0.1", "0x0"],
    ...["①②⑦.0.0.1", "１２７.0.0.1", "127。0。0。1", "127%2e0%2e0%2e1", "%31%32%37.0.0.1"],
    ...[
      "localhost",
      "LOCALHOST",
      "LocalHost.",
      "a.localhost",
      "a.b.localhost.",
      "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
      "local\u00adhost",
    ],
    ...["[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::]", "[::0.0.0.1]"],
    ...[
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "[0:0:0:0:0:ffff:127.0.0.1]",
      "[::127.0.0.1]",
      "[::ffff:0.0.0.0]",
    ],
    ...["[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::127.0.0.1]"],
    ...["[2002:7f00:1::]", "[2002:7f00:0001:abcd::1]"],
    ...["[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[2001::80ff:fffe]"],
    ...["[::ffff:0:127.0.0.1]", "[::ffff:0:7f00:1]"],
  ])("%s", (host) => expect(kindOf(host)).toBe("loopback"));

  test.each([
    "127.0.0.1:80",
    "127.0.0.1:22",
    "127.1:1023",
    "[::1]:443",
    "localhost",
    "0x7f.1:22",
    "localhost.:379",
    "[::ffff:7f00:1]:25",
  ])("http://%s/ is a port of a system service", (host) => {
    expect(judgeTarget(`http://${host}/`)).toMatchObject({
      ok: false,
      expected: "a loopback port from 1024",
    });
  });

  test.each(["127.0.0.1:1024", "[::1]:65535", "localhost:6379"])("http://%s/ may be used", (host) =>
    expect(judgeTarget(`http://${host}/`)).toMatchObject({ ok: true, kind: "loopback" }),
  );
});

describe("link-local and metadata addresses are refused in every spelling", () => {
  test.each([
    ...[
      "169.254.169.254",
      "2852039166",
      "0xa9fea9fe",
      "0251.0376.0251.0376",
      "169.254.43518",
      "169.16689662",
    ],
    ...[
      "①⑥⑨.②⑤④.①⑥⑨.②⑤④",
      "169.254.169.254.",
      "169.254.170.2",
      "169.254.170.23",
      "169.254.0.1",
      "169.254.255.255",
    ],
    ...["[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[::a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]"],
    ...["[64:ff9b::169.254.170.2]", "[2002:a9fe:a9fe::]", "[2001::5601:5601]", "[::ffff:0:169.254.169.254]"],
    ...["[fd00:ec2::254]", "[fd00:ec2::23]", "[FD00:0EC2:0:0:0:0:0:254]"],
    ...[
      "[fe80::1]",
      "[febf::1]",
      "[fe80::a9fe:a9fe]",
      "metadata.google.internal",
      "METADATA.google.internal.",
    ],
  ])("%s", (host) => expect(kindOf(host)).toBe("refused"));

  test.each(["100.100.100.200", "192.0.0.192", "168.63.129.16", "[fd20:ce::254]"])(
    "%s, of another cloud",
    (host) => expect(kindOf(host)).toBe("refused"),
  );

  test("whatever the port and the scheme", () => {
    for (const url of [
      "https://169.254.169.254/",
      "http://169.254.169.254:8080/",
      "https://[fd00:ec2::254]:1/",
    ])
      expect(judgeTarget(url)).toMatchObject({ ok: false });
  });
});

test.each<[host: string, kind: AddressKind]>([
  ["10.0.0.1", "private"],
  ["10.255.255.255", "private"],
  ["172.16.0.1", "private"],
  ["172.31.255.255", "private"],
  ["192.168.1.1", "private"],
  ["100.64.0.1", "private"],
  ["[fc00::1]", "private"],
  ["[fd12:3456::1]", "private"],
  ["[::ffff:10.0.0.1]", "private"],
  ["[64:ff9b::10.0.0.1]", "private"],
  ["[2002:c0a8:101::]", "private"],
  ["172.15.0.1", "public"],
  ["172.32.0.1", "public"],
  ["100.63.0.1", "public"],
  ["100.128.0.1", "public"],
  ["192.169.0.1", "public"],
  ["169.253.0.1", "public"],
  ["11.0.0.1", "public"],
  ["126.255.255.255", "public"],
  ["128.0.0.1", "public"],
  ["8.8.8.8", "public"],
  ["[2606:4700::1111]", "public"],
  ["[2001:db8::1]", "public"],
  ["[64:ff9b::8.8.8.8]", "public"],
  ["[::ffff:8.8.8.8]", "public"],
  ["hooks.example", "name"],
  ["localhost.example", "name"],
  ["notlocalhost", "name"],
  ["127.0.0.1.nip.io", "name"],
  ["metadata.google.internal.example", "name"],
])("%s is %s", (host, kind) => expect(kindOf(host)).toBe(kind));

test.each([
  ...[
    "file:///etc/passwd",
    "ftp://a.example/",
    "gopher://a.example/",
    "data:text/plain,x",
    "javascript:alert(1)",
  ],
  ...["ws://a.example/", "unix:///run/x.sock", "http+unix://a/", "blob:https://a.example/x", "about:blank"],
  ...[
    "",
    " ",
    "hooks.example",
    "/path",
    "//a.example/",
    "http://",
    "http://:80/",
    "https://[::1",
    "http://[1::2::3]/",
  ],
  ...[
    "http://[fe80::1%25eth0]/",
    "http://a b/",
    "http://a.example:99999/",
    "http://256.0.0.1/",
    "http://0x100000000/",
  ],
  ...["http://1.2.3.4.5/", "http://a\u0000.example/", "http://exa<mple/", "http://user@a.example/"],
  ...["http://user:secret@a.example/", "https://:secret@a.example/", "http://a.example@169.254.169.254/"],
  ...["http://a.example:80@127.0.0.1:8080/", "http://%40a.example@b.example/"],
])("%j is never used", (url) => {
  const judged = judgeTarget(url);
  expect(judged.ok).toBe(false);
  expect(!judged.ok && judged.expected).not.toBe("");
  expect(!judged.ok && judged.reason).not.toContain("secret");
});

test("the address that is judged is the one that is returned", () => {
  const judged = judgeTarget("HTTP://0x7F.1:8080/a/../b?c#d");
  expect(judged.ok && judged.url.href).toBe("http://127.0.0.1:8080/b?c#d");
});

test.each([
  "http:169.254.169.254",
  "http:/169.254.169.254/",
  "http:\\\\169.254.169.254\\x",
  "\thttp://169.254.169.254/",
  "ht\ntp://169.254.169.254/",
])("%j is read as every client reads it", (url) => expect(judgeTarget(url).ok).toBe(false));

// Resolvers and sockets write addresses in other ways than URLs do: what cannot be read is never taken for harmless.
test.each([
  "[::ffff:127.0.0.1]",
  "[::ffff:169.254.169.254]",
  "[::1%lo]",
  "[1g::1]",
  "[::",
  "[1:2:3]",
  "[12345::1]",
  "[:::1]",
  "[-1::1]",
])("the host %s is not public", (host) =>
  expect(["public", "private", "name"]).not.toContain(addressKind(host)),
);
