/**
 * The words in which a world and what happens in it are told to the reference model and to the real channels alike.
 * Nothing of `src` is used here or in the model: it would let both make the same mistake.
 */
export type Role = "owner" | "admin" | "moderator" | "streamer" | "member";
export type Level = "everyone" | "member" | "moderator" | "admin" | "owner";

/** One row of the registry. `word` is the prefix and the name; rows with `listensTo` answer to no word. */
export interface WorldCommand {
  word: string;
  module: string;
  handler: string;
  level: Level;
  cooldownSeconds: number;
  roleCooldowns: Partial<Record<Role, number>>;
  limitPerMinute: number;
  price: number;
  isEnabled: boolean;
  listensTo: readonly string[];
  priority: number;
  isParallel: boolean;
}

export interface WorldRule {
  id: number;
  kind: "exact" | "contains" | "word" | "all";
  pattern: string;
  /** What is said, run or called, by action. */
  does: { action: "warn" | "block" | "command"; text: string } | { action: "webhook"; url: string };
  isShadow: boolean;
  priority: number;
  /** Empty: every channel of the community. */
  entities: readonly string[];
}

export interface WorldCommunity {
  id: number;
  disabledModules: readonly string[];
  rules: readonly WorldRule[];
  /** By user key. */
  roles: Readonly<Record<string, Role>>;
}

export interface WorldChannel {
  entity: string;
  platform: string;
  /** Null: nobody registered it. */
  community: number | null;
  isActive: boolean;
}

/** What a module is asked. `args` is everything after the word, or what a button carries. */
export interface ModuleCall {
  module: string;
  handler: string;
  /** As typed, without prefix; empty when an event called. */
  word: string;
  args: string;
  user: string;
}

export type ModuleAnswer =
  | { ok: true; says: string[]; shows: string[]; runs?: string; registers?: string; unregisters?: string }
  /** `timeout`, `rate_limited` and `unavailable` may pass; any other code is final. */
  | { ok: false; code: "timeout" | "rate_limited" | "unavailable" | "internal" };

export interface World {
  channels: readonly WorldChannel[];
  communities: readonly WorldCommunity[];
  commands: readonly WorldCommand[];
  /** `module:action` of the buttons there are. */
  buttons: readonly string[];
  /** What modules answer at the nth attempt of one call, counted from 0. */
  answer(call: ModuleCall, attempt: number): ModuleAnswer;
  canPay(user: string): boolean;
  /** The platform takes this text from nobody: it ends as a dead letter. */
  isUnsayable(text: string): boolean;
}

/** One delivery of one event; a re-send has the same id and content. */
export interface Happening {
  id: string;
  semanticKey?: string;
  entity: string;
  platform: string;
  type: string;
  userId: string;
  platformRole?: Role;
  /** Of a chat line. */
  text?: string;
  /** Of a button. */
  customId?: string;
  /** Of a cheer. */
  bits?: number;
}

/** Deliveries to one channel at one time (whole seconds, in epoch milliseconds), in this order. */
export interface Step {
  at: number;
  entity: string;
  happenings: readonly Happening[];
  /**
   * What befalls the channel's object: it is thrown out of memory before the step, or it dies at its next module call,
   * before the module heard of it or after the module acted and before the answer came back.
   */
  accident?: "restart" | "dies before the module" | "dies after the module";
}
