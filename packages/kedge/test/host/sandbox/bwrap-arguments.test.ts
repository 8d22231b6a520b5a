import { describe, expect, test } from "vitest";
import { bwrapArguments, type Confinement, outermost } from "../../../src/host/sandbox/bwrap-arguments.ts";

const PLAIN: Confinement = {
  ...{ cwd: "/p/sub", env: { A: "1" }, writable: ["/p"], hidden: [], shown: [], files: [] },
  inside: [
    { path: "/p/.git", isWritable: true },
    { path: "/p/.git/hooks", isWritable: false },
  ],
  ...{ sessionDir: "/tmp/s", temporaryDir: "/tmp/s/tmp", sockets: [], foreignSockets: [] },
  ...{ isWeaker: false, disablesNamespaces: true },
};

const text = (more: Partial<Confinement> = {}): string =>
  ` ${bwrapArguments({ ...PLAIN, ...more }).join(" ")} `;
const order = (options: string, ...parts: readonly string[]): boolean => {
  const at = parts.map((part) => options.indexOf(` ${part} `));
  return at.every((each, index) => each >= 0 && each > (at[index - 1] ?? -1));
};

describe("the options of bubblewrap", () => {
  test("every namespace, no right, no terminal, and an end with the parent", () => {
    for (const option of [
      ...["--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"],
      ...["--cap-drop ALL", "--new-session", "--die-with-parent", "--disable-userns", "--clearenv"],
    ])
      expect(text()).toContain(` ${option} `);
  });

  test("an old bubblewrap is not told what it does not know", () => {
    expect(text({ disablesNamespaces: false })).not.toContain("--disable-userns");
  });

  test("the machine is read-only before anything is writable, and what is held comes behind it", () => {
    const parts = [
      "--ro-bind / /",
      "--bind /p /p",
      "--bind /p/.git /p/.git",
      "--ro-bind-try /p/.git/hooks /p/.git/hooks",
    ];
    expect(order(text(), ...parts)).toBe(true);
  });

  test("what is hidden stands behind every place that a command could have chosen", () => {
    const hidden = [
      { path: "/h/.ssh", isFolder: true },
      { path: "/h/.netrc", isFolder: false },
    ];
    const options = text({ hidden, shown: ["/h/.ssh/known_hosts"] });
    expect(
      order(
        options,
        "--ro-bind-try /p/.git/hooks /p/.git/hooks",
        "--tmpfs /h/.ssh",
        "--ro-bind-try /h/.ssh/known_hosts /h/.ssh/known_hosts",
        "--remount-ro /h/.ssh",
      ),
    ).toBe(true);
    expect(options).toContain(" --ro-bind-try /dev/null /h/.netrc ");
  });

  test("a hidden folder around a working directory does not cover it", () => {
    expect(order(text({ hidden: [{ path: "/", isFolder: true }] }), "--tmpfs /", "--bind /p /p")).toBe(true);
  });

  test("what is shown is behind what hides it, what is hidden in it behind that, and what is writable behind what is around it", () => {
    const hidden = ["/h", "/h/other/x", "/h/work/secret"].map((path) => ({ path, isFolder: true }));
    const options = text({ writable: ["/h/work/p"], hidden, shown: ["/h/work", "/h/other"] });
    const parts = ["--tmpfs /h", "--ro-bind-try /h/work /h/work", "--bind /h/work/p /h/work/p"];
    expect(
      order(options, ...parts, "--ro-bind-try /h/other /h/other", "--tmpfs /h/other/x", "--remount-ro /h"),
    ).toBe(true);
    expect(order(options, ...parts, "--tmpfs /h/work/secret", "--remount-ro /h/work/secret")).toBe(true);
  });

  test("folders of other sessions are out of sight, of those that begin later as well", () => {
    const options = text({
      sessionDir: "/t/kedge-sessions-7/s-1",
      temporaryDir: "/t/kedge-sessions-7/s-1/tmp",
    });
    expect(
      order(
        options,
        "--tmpfs /t/kedge-sessions-7",
        "--tmpfs /t/kedge-sessions-7/s-1",
        "--bind /t/kedge-sessions-7/s-1/tmp /t/kedge-sessions-7/s-1/tmp",
        "--remount-ro /t/kedge-sessions-7",
      ),
    ).toBe(true);
    expect(text()).not.toContain(" --tmpfs /tmp ");
  });

  test("of the session's own folder only the named files are left", () => {
    const files = [
      { path: "/tmp/s/env", isWritable: false },
      { path: "/tmp/s/cwd", isWritable: true },
    ];
    expect(
      order(
        text({ files }),
        "--tmpfs /tmp/s",
        "--bind /tmp/s/tmp /tmp/s/tmp",
        "--ro-bind-try /tmp/s/env /tmp/s/env",
        "--bind /tmp/s/cwd /tmp/s/cwd",
        "--remount-ro /tmp/s",
      ),
    ).toBe(true);
  });

  test("sockets: none, some, or all", () => {
    expect(text({ foreignSockets: ["/h/x.sock"] })).toContain(" --ro-bind-try /dev/null /h/x.sock ");
    expect(text({ sockets: ["/run/a.sock"] })).toContain(" --bind-try /run/a.sock /run/a.sock ");
    expect(text()).toContain(" --tmpfs /run ");
    expect(text({ sockets: null })).not.toContain(" --tmpfs /run ");
  });

  test("the weaker one has the process list of the machine, and cannot write there either", () => {
    expect(text({ isWeaker: true })).toContain(" --ro-bind /proc /proc ");
    expect(text()).toContain(" --proc /proc --ro-bind-try /proc/sys /proc/sys ");
  });

  test("a blank or a quote in a name or a value stays one word", () => {
    const options = bwrapArguments({ ...PLAIN, writable: ["/a b'$(c)"], env: { X: "a\nb" } });
    expect(options).toContain("/a b'$(c)");
    expect(options.slice(-3)).toEqual(["--setenv", "X", "a\nb"]);
  });
});

test("a writable folder inside of another is no mount of its own, as its way could lead elsewhere by now", () => {
  expect(outermost(["/a", "/a/b", "/a/b/c", "/ab", "/a"])).toEqual(["/a", "/ab"]);
});
