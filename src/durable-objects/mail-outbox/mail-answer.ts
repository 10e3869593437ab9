/** `later`: not this time, or nobody knows. `never`: the mail server said no for good. Reasons name no address and no text. */
export type MailAnswer = { kind: "sent" } | { kind: "later" | "never"; reason: string };
