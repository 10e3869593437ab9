/** Where somebody was met who is named by an id alone. */
export interface NamePlace {
  platform: string;
  /** Team or guild: ids mean something there only. */
  server: string;
  /** The channel, by which the right token is found. */
  entityId: string;
}

/** What asking a platform for one name brought. */
export type NameAnswer =
  | { kind: "name"; name: string }
  /** It knows no such person. */
  | { kind: "nobody" }
  /** It did not say, and may be asked again after this. */
  | { kind: "later"; waitMs: number };

/** So many people are asked for at once. */
export const mostNamesAtOnce = 50;
