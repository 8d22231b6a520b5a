/** Values that one statement names: SQLite has a bound for them. */
export const VALUES_AT_ONCE = 500;
