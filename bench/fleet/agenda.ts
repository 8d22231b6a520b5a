/** What is to happen when, in a time that only this moves. */
export interface Agenda {
  /** Ms since the beginning. */
  now(): number;
  /** Plans something; a time that is past means now, after what was planned for now before. */
  at(atMs: number, act: () => void): void;
  /** Does everything in its order, what it brings about included. */
  run(): void;
}

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly act: () => void;
}

/** Makes an agenda: a binary heap by time, then by the order of planning. */
export function createAgenda(): Agenda {
  const heap: Entry[] = [];
  let nowMs = 0;
  let planned = 0;
  return {
    now: () => nowMs,
    at: (atMs, act) => push(heap, { atMs: Math.max(nowMs, atMs), order: planned++, act }),
    run: () => {
      for (let entry = pop(heap); entry !== undefined; entry = pop(heap)) {
        nowMs = entry.atMs;
        entry.act();
      }
    },
  };
}

function isBefore(a: Entry | undefined, b: Entry | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function push(heap: Entry[], entry: Entry): void {
  let place = heap.push(entry) - 1;
  while (place > 0) {
    const above = (place - 1) >> 1;
    if (!isBefore(entry, heap[above])) break;
    heap[place] = heap[above] as Entry;
    place = above;
  }
  heap[place] = entry;
}

function pop(heap: Entry[]): Entry | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return first;
  let place = 0;
  for (;;) {
    const left = 2 * place + 1;
    const below = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
    if (!isBefore(heap[below], last)) break;
    heap[place] = heap[below] as Entry;
    place = below;
  }
  heap[place] = last;
  return first;
}
