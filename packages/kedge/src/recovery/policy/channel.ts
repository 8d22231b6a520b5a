/** Where a secret stands. */
export type SecretRef = { readonly env: string } | { readonly file: string };

/** An address that may be known to everybody, or that is a secret itself. */
export type AddressRule = string | SecretRef;

/** Where people are told, as the policy has it. Secrets are references, and never values. */
export type ChannelRule =
  | {
      readonly type: "webhook";
      readonly url: AddressRule;
      /** The newest first; empty: messages are not signed. */
      readonly secrets: readonly SecretRef[];
      readonly headers: Readonly<Record<string, SecretRef>>;
    }
  | { readonly type: "slack"; readonly url: SecretRef }
  | { readonly type: "pagerduty"; readonly routingKey: SecretRef; readonly url: string }
  | {
      readonly type: "email";
      readonly smtp: AddressRule;
      readonly from: string;
      readonly to: readonly string[];
    }
  | {
      readonly type: "ntfy";
      readonly server: string;
      readonly topic: SecretRef;
      readonly token: SecretRef | null;
    }
  | { readonly type: "desktop" }
  | { readonly type: "command"; readonly argv: readonly string[] };

/** Kinds of channels. */
export type ChannelType = ChannelRule["type"];
