/** A page that was read. */
export interface CachedPage {
  readonly text: string;
  readonly isCut: boolean;
  readonly bytes: number;
  readonly status: number;
  /** Where it came from, redirects behind it. */
  readonly url: string;
}

/** Pages that were fetched in the last minutes, so that a second question about one costs no second request. */
export interface PageCache {
  get(url: string): CachedPage | null;
  set(url: string, page: CachedPage): void;
}

/** As long as Claude Code keeps them, by its documentation. */
const KEPT_MS = 15 * 60_000;
const MAX_PAGES = 32;

/** @param now epoch ms */
export function createPageCache(now: () => number): PageCache {
  const pages = new Map<string, { readonly page: CachedPage; readonly untilMs: number }>();
  return {
    get(url) {
      const found = pages.get(url);
      if (found && found.untilMs > now()) return found.page;
      pages.delete(url);
      return null;
    },
    set(url, page) {
      pages.delete(url);
      pages.set(url, { page, untilMs: now() + KEPT_MS });
      const [oldest] = pages.keys();
      if (pages.size > MAX_PAGES && oldest !== undefined) pages.delete(oldest);
    },
  };
}
