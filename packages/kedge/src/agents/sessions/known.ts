/** An object without the fields that are undefined. */
export function known<T extends object>(fields: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  const found = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found) as { readonly [K in keyof T]?: Exclude<T[K], undefined> };
}
