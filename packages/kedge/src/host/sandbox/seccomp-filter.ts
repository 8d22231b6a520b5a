import { constants } from "node:os";

/** Numbers of the system calls that are judged, by architecture. @source Linux `unistd.h` of both */
const SYSTEMS = {
  x64: {
    auditArch: 0xc000003e,
    // Above this begin the calls of x32, which have numbers of their own for the same things.
    end: 0x40000000,
    // The kernel's keys are not in any namespace; the rest needs rights that no confined command has, and is closed all the same:
    // mounts, namespaces, modules, io_uring (which opens sockets past this filter), descriptors of other processes, and what programs look into
    // the kernel with.
    closed: [
      ...[248, 249, 250, 425, 426, 427, 321, 298, 323, 246, 320, 304, 165, 166, 155, 308],
      ...[428, 429, 430, 431, 432, 433, 438, 442, 467, 175, 313, 176, 167, 168, 169, 163, 103, 179],
    ],
    ...{ unshare: 272, clone: 56, clone3: 435, socket: 41, ioctl: 16, ptrace: 101, writev: 311 },
  },
  arm64: {
    auditArch: 0xc00000b7,
    end: 0x40000000,
    closed: [
      ...[217, 218, 219, 425, 426, 427, 280, 241, 282, 104, 294, 265, 40, 39, 41, 268],
      ...[428, 429, 430, 431, 432, 433, 438, 442, 467, 105, 273, 106, 224, 225, 142, 89, 116, 60],
    ],
    ...{ unshare: 97, clone: 220, clone3: 435, socket: 198, ioctl: 29, ptrace: 117, writev: 271 },
  },
} as const;

/** Families of sockets that programs need, and that a network of one's own holds: AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET. */
const OPEN_FAMILIES = [1, 2, 10, 16, 17] as const;

/** `TIOCSTI` types into a terminal, `TIOCLINUX` pastes into one. */
const CLOSED_IOCTLS = [0x5412, 0x541c] as const;

/** Every kind of namespace that `clone` and `unshare` make. */
const NAMESPACES = 0x7e020000;

/** Its number in every namespace of processes; it is bubblewrap's own. */
const FIRST_PROCESS = 1;

const ALLOW = 0x7fff0000;
const FAIL = 0x00050000;

/** Where the kernel's `seccomp_data` has the number, the architecture, and the low halves of the first two arguments. */
const AT = { number: 0, arch: 4, first: 16, second: 24 } as const;

/**
 * The filter of system calls for confined commands, as the kernel reads it (an array of `sock_filter`). What is closed fails with EPERM;
 * `clone3`, whose arguments no filter sees, with ENOSYS, upon which every C library takes `clone`. Null for an architecture that it does not
 * know: there namespaces and mounts alone hold.
 *
 * @source Linux `seccomp(2)`, "SECCOMP_SET_MODE_FILTER"
 */
export function seccompFilter(arch: string): Uint8Array | null {
  if (arch !== "x64" && arch !== "arm64") return null;
  const { auditArch, end, closed, unshare, clone, clone3, socket, ioctl, ptrace, writev } = SYSTEMS[arch];
  const { EPERM, ENOSYS, EAFNOSUPPORT } = constants.errno;
  return encode([
    load(AT.arch),
    // Calls of another architecture, as of 32 bits, have other numbers.
    ...unless({ equals: auditArch }, FAIL | ENOSYS),
    load(AT.number),
    ...when({ isAtLeast: end }, FAIL | ENOSYS),
    ...closed.flatMap((number) => when({ equals: number }, FAIL | EPERM)),
    ...when({ equals: clone3 }, FAIL | ENOSYS),
    ...onCall(unshare, AT.first, [{ hasAny: NAMESPACES | 0x80 }], FAIL | EPERM),
    ...onCall(clone, AT.first, [{ hasAny: NAMESPACES }], FAIL | EPERM),
    ...onFamily(socket, FAIL | EAFNOSUPPORT),
    ...onCall(
      ioctl,
      AT.second,
      CLOSED_IOCTLS.map((equals) => ({ equals })),
      FAIL | EPERM,
    ),
    // Debuggers work. Whoever takes the first process, which ends all others, could keep them alive behind the command.
    ...onCall(ptrace, AT.second, [{ equals: FIRST_PROCESS }], FAIL | EPERM),
    ...onCall(writev, AT.first, [{ equals: FIRST_PROCESS }], FAIL | EPERM),
    answer(ALLOW),
  ]);
}

interface Instruction {
  readonly code: number;
  readonly ifTrue: number;
  readonly ifFalse: number;
  readonly value: number;
}

type Condition = { readonly equals: number } | { readonly isAtLeast: number } | { readonly hasAny: number };

function load(offset: number): Instruction {
  return { code: 0x20, ifTrue: 0, ifFalse: 0, value: offset };
}

function answer(value: number): Instruction {
  return { code: 0x06, ifTrue: 0, ifFalse: 0, value };
}

function jump(condition: Condition, ifTrue: number, ifFalse: number): Instruction {
  if ("equals" in condition) return { code: 0x15, ifTrue, ifFalse, value: condition.equals };
  if ("isAtLeast" in condition) return { code: 0x35, ifTrue, ifFalse, value: condition.isAtLeast };
  return { code: 0x45, ifTrue, ifFalse, value: condition.hasAny };
}

function when(condition: Condition, result: number): readonly Instruction[] {
  return [jump(condition, 0, 1), answer(result)];
}

function unless(condition: Condition, result: number): readonly Instruction[] {
  return [jump(condition, 1, 0), answer(result)];
}

/** Judges an argument of one call. The number is loaded again behind it, for what follows. */
function onCall(
  number: number,
  argument: number,
  conditions: readonly Condition[],
  result: number,
): readonly Instruction[] {
  const body = [
    load(argument),
    ...conditions.flatMap((condition) => when(condition, result)),
    load(AT.number),
  ];
  return [jump({ equals: number }, 0, body.length), ...body];
}

/** Lets sockets of the open families through: others reach hardware, the machine around a virtual one, or parts of the kernel that nobody uses. */
function onFamily(number: number, result: number): readonly Instruction[] {
  const count = OPEN_FAMILIES.length;
  const body = [
    load(AT.first),
    ...OPEN_FAMILIES.map((equals, at) => jump({ equals }, count - at, 0)),
    answer(result),
    load(AT.number),
  ];
  return [jump({ equals: number }, 0, body.length), ...body];
}

function encode(instructions: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(instructions.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [at, { code, ifTrue, ifFalse, value }] of instructions.entries()) {
    view.setUint16(at * 8, code, true);
    view.setUint8(at * 8 + 2, ifTrue);
    view.setUint8(at * 8 + 3, ifFalse);
    view.setUint32(at * 8 + 4, value >>> 0, true);
  }
  return bytes;
}
