/** What a hostile command would try, each with how to see from outside that it came through. */
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** What an attempt is judged by, after it. */
interface Aftermath {
  /** A folder of this attempt, outside of all that commands may write; holds `file` with the text `kept`. */
  readonly out: string;
  readonly project: string;
  readonly home: string;
  readonly state: string;
  /** What the model got. */
  readonly text: string;
  /** Connections and datagrams that servers outside got from this attempt. */
  readonly hits: number;
  readonly isVictimAlive: boolean;
  /** Whether the working directory of the session has left its folders. */
  readonly hasLeft: boolean;
}

export interface Attempt {
  readonly name: string;
  /** Run by bash in the project. `$O` is the folder outside. */
  readonly script: string;
  readonly cameThrough: (after: Aftermath) => boolean | Promise<boolean>;
  /** Whether it is run without the sandbox as well, where it must come through. Left out where that would harm the machine. */
  readonly isReal: boolean;
}

const isRoot = process.geteuid?.() === 0;
const isX64 = process.arch === "x64";

const loot = ({ out }: Aftermath): boolean => existsSync(join(out, "loot"));
const changed = ({ out }: Aftermath): boolean =>
  !existsSync(join(out, "file")) || readFileSync(join(out, "file"), "utf8") !== "kept";
const got = ({ text }: Aftermath): boolean => /^GOT$/m.test(text);
const hit = ({ hits }: Aftermath): boolean => hits > 0;
const holdsEvil =
  (...parts: readonly string[]) =>
  ({ project, home }: Aftermath): boolean => {
    const path = join(parts[0] === "~" ? home : project, ...parts.slice(parts[0] === "~" ? 1 : 0));
    return existsSync(path) && lstatSync(path).isFile() && readFileSync(path, "utf8").includes("evil");
  };
const there = (path: string) => (): boolean => existsSync(path);

function attempt(name: string, script: string, cameThrough: Attempt["cameThrough"], isReal = true): Attempt {
  return { name, script, cameThrough, isReal };
}

/** A system call that must fail; by its number on both architectures. */
function systemCall(name: string, [x64, arm64]: readonly [number, number], args: string, isReal = isRoot) {
  const script = `perl -e 'my $r = syscall(${isX64 ? x64 : arm64}, ${args}); print $r == -1 ? "no: $!\\n" : "GOT\\n"'`;
  return attempt(name, script, got, isReal);
}

const WRITES: readonly Attempt[] = [
  attempt("a plain write", 'echo x >"$O/loot"', loot),
  attempt("an append to a file", 'echo x >>"$O/file"', changed),
  attempt("a file that is emptied", ': >"$O/file"', changed),
  attempt("a file that is removed", 'rm -f "$O/file"', changed),
  attempt("a file that is renamed", 'mv "$O/file" "$O/gone"', changed),
  attempt("a write by dd", 'echo x | dd of="$O/loot"', loot),
  attempt("a folder that is made", 'mkdir "$O/loot"', loot),
  attempt("a fifo that is made", 'mkfifo "$O/loot"', loot),
  attempt("a link that is made", 'ln -s / "$O/loot"', loot),
  attempt(
    "a mode that is changed",
    'chmod 4777 "$O/file"',
    ({ out }) => (statSync(join(out, "file")).mode & 0o4000) !== 0,
  ),
  attempt(
    "a time that is changed",
    'touch -d 2001-01-01 "$O/file"',
    ({ out }) => statSync(join(out, "file")).mtimeMs < 1e12,
  ),
  attempt("a write through a link to a folder", 'ln -s "$O" out1; echo x >out1/loot', loot),
  attempt("a write through a link to a file", 'ln -s "$O/file" out2; echo x >out2', changed),
  attempt("a write through a hard link", 'ln "$O/file" out3; echo x >out3', changed),
  attempt("a file renamed to the outside", 'echo x >mine; mv mine "$O/loot"', loot),
  attempt("a tree copied to the outside", 'mkdir -p tree/loot; cp -r tree/. "$O"', loot),
  attempt("a way up and down again", 'echo x >"../../../../../../../..$O/loot"', loot),
  attempt("/proc/self/root", 'echo x >"/proc/self/root$O/loot"', loot),
  attempt("/proc/self/cwd", 'cd "$O"; echo x >/proc/self/cwd/loot', loot),
  attempt("/proc/1/root", 'echo x >"/proc/1/root$O/loot"', loot, false),
  attempt(
    "a write by a descriptor of the folder",
    `perl -e 'chdir $ENV{O} or die; open my $f, ">", "loot" or die "$!"; print $f "x"'`,
    loot,
  ),
  attempt(
    "a file descriptor opened for reading, opened again",
    'exec 5<"$O/file"; echo x >/proc/self/fd/5',
    changed,
  ),
  attempt(
    "/tmp of the machine",
    'echo x >"/tmp/kedge-loot-$KEDGE_LOOT"',
    there(`/tmp/kedge-loot-${process.pid}`),
  ),
  attempt(
    "memory that the machine shares",
    'echo x >"/dev/shm/kedge-loot-$KEDGE_LOOT"',
    there(`/dev/shm/kedge-loot-${process.pid}`),
  ),
];

const MOUNTS: readonly Attempt[] = [
  attempt(
    "/ mounted again for writing",
    'mount -o remount,rw,bind /; mount -o remount,rw /; echo x >"$O/loot"',
    loot,
    false,
  ),
  attempt("a mount bound over another", 'mkdir -p m1; mount --bind / m1; echo x >"m1$O/loot"', loot, false),
  attempt(
    "a mount in namespaces of its own",
    `unshare -rm sh -c 'mount -o remount,rw,bind /; echo x >"$O/loot"'`,
    loot,
  ),
  attempt("namespaces of its own", "unshare -r true && echo GOT", got),
  attempt("a sandbox in the sandbox", "bwrap --bind / / sh -c 'echo x >\"$O/loot\"'", loot),
  attempt("the mounts of the first process", "nsenter -t 1 -m sh -c 'echo x >\"$O/loot\"'", loot, false),
  attempt(
    "the mounts of a process outside",
    'nsenter -t "$VICTIM" -m sh -c \'echo x >"$O/loot"\'',
    loot,
    isRoot,
  ),
  attempt("another root folder", "chroot /proc/1/root sh -c 'echo x >\"$O/loot\"'", loot, false),
  attempt(
    "a mount taken away",
    "umount -l .mcp.json; umount .mcp.json; echo evil >.mcp.json",
    holdsEvil(".mcp.json"),
    true,
  ),
  systemCall("a copy of the mounts (open_tree)", [428, 428], '-100, my $p = "/", 1'),
  systemCall("a file system by hand (fsopen)", [430, 430], 'my $p = "tmpfs", 0'),
  attempt("a device made by hand", "mknod dev1 b 259 0 && echo GOT", got, isRoot),
];

const PROCESSES: readonly Attempt[] = [
  attempt("all processes that are killed", "kill -9 -1", ({ isVictimAlive }) => !isVictimAlive, false),
  attempt(
    "the descriptors of the first process",
    'ls -l /proc/1/fd 2>/dev/null | grep -v "/dev/null\\|pipe:\\|socket:\\|eventfd\\|total" && echo GOT',
    got,
    false,
  ),
  attempt("the root folder of the first process", 'ls "/proc/1/root$STATE/sessions" && echo GOT', got, false),
  attempt("the root folder of a process outside", 'ls "/proc/$VICTIM/root$STATE/sessions" && echo GOT', got),
  attempt(
    "the folders of the start of the sandbox",
    'ls -d /oldroot /newroot 2>/dev/null && echo GOT; ls "${TMPDIR%/tmp}" | grep "sandbox-\\|filter-" && echo GOT',
    got,
    false,
  ),
  attempt("the environment of a process outside", 'cat "/proc/$VICTIM/environ"', ({ text }) =>
    text.includes("victims-secret"),
  ),
  attempt("the folder of Kedge's own process", 'ls "/proc/$KEDGE_PID/fd" && echo GOT', got),
  attempt(
    "what a descriptor of Kedge's own process leads to",
    'readlink "/proc/$KEDGE_PID/fd/0" && echo GOT',
    got,
  ),
  attempt("the memory of Kedge's own process", 'head -c 0 "/proc/$KEDGE_PID/mem" && echo GOT', got, isRoot),
  attempt(
    "a process outside that is traced",
    `perl -e 'print syscall(${isX64 ? 101 : 117}, 16, $ENV{VICTIM} + 0, 0, 0) == 0 ? "GOT\n" : "no\n"'`,
    got,
    isRoot,
  ),
  attempt(
    "a process that outlives its command",
    `setsid sleep "4711.$KEDGE_LOOT" >/dev/null 2>&1 & sleep 0.05`,
    () => outlives(`4711.${process.pid}`),
  ),
  attempt("rights of root", "grep -q '^CapBnd:.*[1-9a-f]' /proc/self/status && echo GOT", got),
  attempt("rights of a program with setuid", "grep -q '^NoNewPrivs:.*0' /proc/self/status && echo GOT", got),
  attempt(
    "descriptors that Kedge inherited",
    "for f in /proc/self/fd/*; do case ${f##*/} in [0-2]|255) ;; *) readlink $f && echo GOT;; esac; done",
    got,
    false,
  ),
  systemCall("a key of the kernel", [248, 217], 'my $t = "user", my $d = "kedge", my $p = "x", 1, -2', false),
  systemCall("the key ring of the session", [250, 219], "0, -3, 0", false),
  systemCall("io_uring", [425, 425], 'my $n = 1, my $b = "\\0" x 120', false),
  systemCall("a look into the kernel (bpf)", [321, 280], '0, my $b = "\\0" x 120, 120', false),
  attempt(
    "a terminal that is typed into",
    `perl -e 'open my $t, "+<", "/dev/tty" or die "no\n"; print ioctl($t, 0x5412, my $c = "x") ? "GOT\n" : "no\n"'`,
    got,
    false,
  ),
  // The last, since those before it need the process.
  attempt("a process outside that is killed", 'kill -9 "$VICTIM"', ({ isVictimAlive }) => !isVictimAlive),
];

const MACHINE: readonly Attempt[] = [
  attempt(
    "the program that the kernel starts at a crash",
    'p=$(cat /proc/sys/kernel/core_pattern); echo "$p" >/proc/sys/kernel/core_pattern && echo GOT',
    got,
    false,
  ),
  attempt(
    "a switch of the kernel",
    'p=$(cat /proc/sys/vm/swappiness); echo "$p" >/proc/sys/vm/swappiness && echo GOT',
    got,
    false,
  ),
  attempt("the kernel's emergency key", "echo h >/proc/sysrq-trigger && echo GOT", got, false),
  attempt(
    "a group of processes",
    "mkdir /sys/fs/cgroup/kedge-loot",
    there("/sys/fs/cgroup/kedge-loot"),
    false,
  ),
  attempt(
    "the program at the end of a group",
    "echo x >/sys/fs/cgroup/release_agent && echo GOT",
    got,
    false,
  ),
  attempt(
    "devices of the machine",
    "ls /dev/mem /dev/kmsg /dev/vda /dev/sda /dev/kvm 2>/dev/null && echo GOT",
    got,
    false,
  ),
  attempt("work for cron", "echo evil >/etc/cron.d/kedge-loot", there("/etc/cron.d/kedge-loot"), false),
  attempt("a library for every program", "echo evil >>/etc/ld.so.preload && echo GOT", got, false),
  attempt(
    "a program on the PATH",
    "echo evil >/usr/local/bin/kedge-loot",
    there("/usr/local/bin/kedge-loot"),
    false,
  ),
  attempt("passwords of the machine", "cat /etc/shadow && echo GOT", got, isRoot),
];

const HOME: readonly Attempt[] = [
  attempt("a key that is read", 'cat "$HOME/.ssh/id_test"', ({ text }) => text.includes("home-secret")),
  attempt("a token that is read", 'cat "$HOME/.netrc"', ({ text }) => text.includes("home-secret")),
  attempt("the state of Kedge, read", 'ls "$STATE"', ({ text }) => text.includes("sessions")),
  attempt(
    "a transcript that is written",
    'for f in "$STATE"/sessions/*/*.jsonl; do echo evil-line >>"$f"; done; grep -l evil-line "$STATE"/sessions/*/*.jsonl && echo GOT',
    got,
  ),
  attempt("a start-up file of the shell", 'echo evil >>"$HOME/.bashrc"', holdsEvil("~", ".bashrc")),
  attempt(
    "a key that may log in",
    'mkdir -p "$HOME/.ssh"; echo evil >>"$HOME/.ssh/authorized_keys"',
    holdsEvil("~", ".ssh/authorized_keys"),
  ),
  attempt(
    "a unit of the user",
    'mkdir -p "$HOME/.config/systemd/user"; echo evil >"$HOME/.config/systemd/user/x.service"',
    holdsEvil("~", ".config/systemd/user/x.service"),
  ),
  attempt(
    "settings of the user",
    'echo "{\\"evil\\": 1}" >"$HOME/.claude/settings.json"',
    holdsEvil("~", ".claude/settings.json"),
    false,
  ),
  attempt(
    "variables for later commands",
    'echo "export EVIL=evil" >"${TMPDIR%/tmp}/env" && echo GOT',
    got,
    false,
  ),
  attempt(
    "files of Kedge's session",
    'echo x >"${TMPDIR%/tmp}/loot" && echo GOT; rm "${TMPDIR%/tmp}"/cwd-* && echo GOT',
    got,
    false,
  ),
  attempt(
    "another working directory",
    'trap \'for f in "${TMPDIR%/tmp}"/cwd-*; do echo /etc >"$f"; done\' EXIT',
    ({ hasLeft }) => hasLeft,
    false,
  ),
];

const NETWORK: readonly Attempt[] = [
  attempt(
    "a service on the loopback of the machine",
    "exec 5<>/dev/tcp/127.0.0.1/$PORT; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&5; head -c 5 <&5",
    hit,
  ),
  attempt(
    "the same by its other address",
    "exec 5<>/dev/tcp/localhost/$PORT; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&5; head -c 5 <&5",
    hit,
  ),
  attempt("a datagram, as names are asked by", "echo query >/dev/udp/127.0.0.1/$UDP_PORT; sleep 0.05", hit),
  attempt(
    "a socket without a path",
    `perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0); connect($s, pack("S a*", AF_UNIX, "\\0$ENV{ABSTRACT}")) or die "$!\n"; sysread $s, my $b, 1'`,
    hit,
  ),
  attempt(
    "a socket with a path",
    `perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0); connect($s, sockaddr_un($ENV{SOCK})) or die "$!\n"; sysread $s, my $b, 1'`,
    hit,
  ),
  attempt(
    "a socket in /tmp, as displays have it",
    `perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0); connect($s, sockaddr_un($ENV{TMP_SOCK})) or die "$!\n"; sysread $s, my $b, 1'`,
    hit,
  ),
  attempt(
    "a socket with a path in the project",
    `perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0); connect($s, sockaddr_un("app.sock")) or die "$!\n"; sysread $s, my $b, 1'`,
    hit,
  ),
  attempt("sockets of services", "find /run /var/run -type s | grep . && echo GOT", got, false),
  attempt(
    "the bus of the desktop and the agent of keys",
    '[ -n "$DBUS_SESSION_BUS_ADDRESS$SSH_AUTH_SOCK" ] && echo GOT',
    got,
  ),
  attempt(
    "a raw socket",
    `perl -MSocket -e 'print socket(my $s, AF_INET, SOCK_RAW, 1) ? "GOT\n" : "no\n"'`,
    got,
    isRoot,
  ),
  attempt("packets of a device", `perl -e 'print socket(my $s, 17, 3, 768) ? "GOT\n" : "no\n"'`, got, isRoot),
  attempt(
    "the machine around a virtual one",
    `perl -e 'print socket(my $s, 40, 1, 0) ? "GOT\n" : "no\n"'`,
    got,
    false,
  ),
  attempt(
    "a protocol of the kernel that nobody needs",
    `perl -e 'for my $f (4, 5, 9, 21, 26, 30, 33, 34, 37, 38, 39, 42, 43) { for my $t (1, 2, 5) { print "GOT\n" if socket(my $s, $f, $t, 0) } }'`,
    got,
    false,
  ),
  systemCall("a handle of a file, opened", [304, 265], '-100, my $h = "\\0" x 136, 0', false),
  systemCall("a look at page faults", [323, 282], "0", false),
  systemCall("the counters of the processor", [298, 241], 'my $a = "\\0" x 128, 0, -1, -1, 0', false),
  attempt(
    "namespaces by clone3",
    `perl -e 'my $a = pack("Q11", 0x10000000, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0); my $r = syscall(435, $a, 88); exit 0 if $r == 0; print $r > 0 ? "GOT\n" : "no: $!\n"'`,
    got,
    false,
  ),
  attempt("an interface to the world", "grep -qv 'lo:\\|face\\|Inter' /proc/net/dev && echo GOT", got, false),
];

/** Inside of the project: what somebody obeys later, outside of the sandbox. */
const OBEYED: readonly Attempt[] = [
  attempt(
    "a hook of git",
    "echo evil >.git/hooks/pre-commit; chmod +x .git/hooks/pre-commit",
    holdsEvil(".git/hooks/pre-commit"),
  ),
  attempt("the configuration of git", "git config core.fsmonitor evil", holdsEvil(".git/config")),
  attempt(
    "the configuration of git, replaced",
    "sed 's/bare/evil = 1\\n\\tbare/' .git/config >c2; mv c2 .git/config",
    holdsEvil(".git/config"),
  ),
  attempt(
    "the folder of hooks, replaced",
    "mv .git/hooks .git/h2; mkdir -p .git/hooks; echo evil >.git/hooks/post-merge",
    holdsEvil(".git/hooks/post-merge"),
  ),
  attempt(
    "all of .git, replaced",
    "mv .git g2; mkdir -p .git/hooks; echo evil >.git/hooks/post-checkout; rm -rf g2 2>/dev/null",
    holdsEvil(".git/hooks/post-checkout"),
  ),
  attempt(
    "another common folder for git",
    "mkdir -p gc; echo '[evil]' >gc/config; echo ../gc >.git/commondir",
    ({ project }) =>
      existsSync(join(project, ".git/commondir")) &&
      readFileSync(join(project, ".git/commondir"), "utf8").includes("gc"),
  ),
  attempt(
    "configuration of one worktree",
    "echo evil >.git/config.worktree",
    holdsEvil(".git/config.worktree"),
  ),
  attempt(
    "attributes of git",
    "mkdir -p .git/info; echo evil >.git/info/attributes",
    holdsEvil(".git/info/attributes"),
  ),
  attempt(
    "hooks that the configuration names",
    "echo evil >githooks/pre-push",
    holdsEvil("githooks/pre-push"),
  ),
  attempt(
    "hooks through a link",
    "ln -s .git/hooks h1; echo evil >h1/pre-rebase",
    holdsEvil(".git/hooks/pre-rebase"),
  ),
  attempt(
    "settings of an agent, existing",
    "echo evil >.claude/settings.local.json; echo evil >.claude/agents.md",
    holdsEvil(".claude/agents.md"),
  ),
  attempt(
    "a folder of an agent, replaced",
    "mv .claude c1; mkdir -p .claude; echo evil >.claude/x.json",
    holdsEvil(".claude/x.json"),
  ),
  ...[".mcp.json", ".envrc", ".npmrc", ".gitmodules", ".bashrc", ".claude.json"].map((name) =>
    attempt(
      `${name} that was missing`,
      `rm -f ${name}; mv ${name} x9; ln -sf /dev/null ${name}; echo evil >${name}; mv x9 ${name}; cp -f /etc/hostname x8; echo evil >x8; mv -f x8 ${name}`,
      holdsEvil(name),
    ),
  ),
  ...(
    [
      [".vscode", "tasks.json"],
      [".idea", "x.xml"],
      [".husky", "pre-commit"],
      [".cargo", "config.toml"],
    ] as const
  ).map(([folder, file]) =>
    attempt(
      `${folder} that was missing`,
      `mkdir -p ${folder}; rmdir ${folder}; mkdir -p ${folder}; echo evil >${folder}/${file}`,
      holdsEvil(folder, file),
    ),
  ),
  attempt(
    "a container's configuration, existing",
    "echo evil >.devcontainer/devcontainer.json",
    holdsEvil(".devcontainer/devcontainer.json"),
  ),
  attempt(
    "the same by a rename over it",
    "echo evil >z1; mv -f z1 .devcontainer/devcontainer.json",
    holdsEvil(".devcontainer/devcontainer.json"),
  ),
  attempt(
    "the same behind a new parent",
    "mv .devcontainer d1; mkdir -p .devcontainer; echo evil >.devcontainer/devcontainer.json",
    holdsEvil(".devcontainer/devcontainer.json"),
  ),
  attempt(
    "an editor's settings deep in the project",
    "echo evil >deep/er/.vscode/settings.json",
    holdsEvil("deep/er/.vscode/settings.json"),
  ),
  attempt(
    "hooks of a repository in the project",
    "echo evil >nested/.git/hooks/post-commit",
    holdsEvil("nested/.git/hooks/post-commit"),
  ),
  attempt("a protected file by its other name", "echo evil >alias.txt", holdsEvil(".profile")),
];

export const ATTEMPTS: readonly Attempt[] = [
  ...[...WRITES, ...MOUNTS, ...PROCESSES, ...MACHINE, ...HOME, ...NETWORK, ...OBEYED],
];

/** The kernel ends what is left in the sandbox behind the end of the command, on a busy machine a moment later. */
async function outlives(seconds: string): Promise<boolean> {
  const deadline = performance.now() + 2_000;
  while (findSleep(seconds) !== null && performance.now() < deadline) await sleep(10);
  return findSleep(seconds) !== null;
}

/** The process that sleeps for exactly so long. */
export function findSleep(seconds: string): number | null {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (readFileSync(`/proc/${name}/cmdline`, "utf8") === `sleep\0${seconds}\0`) return Number(name);
    } catch {
      // it has ended meanwhile
    }
  }
  return null;
}
