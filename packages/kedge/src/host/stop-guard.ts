/** How often handlers made a task go on. */
export interface StopGuard {
  continuations: number;
  /** What handlers get as `stop_hook_active`. */
  isActive: boolean;
}

export function newGuard(): StopGuard {
  return { continuations: 0, isActive: false };
}
