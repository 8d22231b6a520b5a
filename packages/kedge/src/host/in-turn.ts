/** Does things one after the other, in the order in which they are given. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

export function createInTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    // What fails is told to whoever gave it, and holds up nobody.
    last = done.catch(() => {});
    return done;
  };
}
