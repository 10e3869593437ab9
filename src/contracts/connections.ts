import type { GrantRole } from "#contracts/oauth";
import type { Outcome } from "#contracts/outcome";

/** A platform that accounts can be connected on, and what each kind of consent is asked for. */
export interface ConnectionOffer {
  platform: string;
  usesPkce: boolean;
  roles: { role: GrantRole; scopes: { scope: string; why: string }[] }[];
}

/** What of a platform's settings is there. Values are never told. */
export interface PlatformSetup {
  platform: string;
  canSpeak: boolean;
  canConnect: boolean;
  variables: { name: string; isSet: boolean }[];
}

/** Where somebody is sent to consent. */
export interface ConsentRequest {
  platform: string;
  role: GrantRole;
  state: string;
  codeChallenge?: string;
  redirectUri: string;
}

/** What somebody came back with. */
export interface ConsentAnswer {
  platform: string;
  role: GrantRole;
  code: string;
  codeVerifier?: string;
  /** The very same as in the request. */
  redirectUri: string;
  communityId: number;
  /** Accounts of which one must have consented; null where any may. */
  accounts: readonly string[] | null;
}

export interface ConnectionName {
  communityId: number;
  platform: string;
  role: GrantRole;
  account: string;
}

/**
 * Connecting accounts, in the only Worker that holds client secrets and tokens: codes go in, no token comes out.
 * Refusals carry a sentence for the person who sits before the browser.
 */
export interface ConnectionService {
  /** Platforms that are set up for it. */
  offers(): Promise<ConnectionOffer[]>;
  /** Every platform and what it still needs for connecting accounts. */
  setups(): Promise<PlatformSetup[]>;
  /** Asks the authorization server whether it knows this client; undefined for a platform that is none of ours. */
  testSetup(platform: string): Promise<{ problem: string | null } | undefined>;
  authorizeUrl(request: ConsentRequest): Promise<Outcome<{ url: string }>>;
  /** Exchanges the code, looks who consented to what, and keeps the tokens; what does not fit is given back at once. */
  finish(answer: ConsentAnswer): Promise<Outcome<{ account: string; name: string; scopes: string[] }>>;
  /** Forgets the tokens and tells the platform; false when there were none. */
  disconnect(name: ConnectionName): Promise<Outcome<boolean>>;
}
