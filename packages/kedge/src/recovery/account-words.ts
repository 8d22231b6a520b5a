/** An account as people see it: `account team-a`, or `the account key:1a2b3c` where nobody named it. */
export function accountWords(account: string): string {
  return account.startsWith("name:") ? `account ${account.slice("name:".length)}` : `the account ${account}`;
}
