import type { Outcome } from "#contracts/outcome";
import type { PlatformConfig } from "#contracts/platform";

/** Whose account somebody has proven to be theirs. */
export interface SignInAccount {
  /** The platform's own id, for good; a login changes hands (threats row 30). */
  id: string;
  login: string;
  /** For people. */
  name: string;
  avatarUrl: string | null;
}

/** How people sign in with one platform (RFC 6749, authorization code). A platform exports one as `signIn`. */
export interface SignInProvider {
  /** Variables that must be set; one missing and nobody can sign in with it. */
  secrets: readonly string[];
  /** True where the server takes a code challenge (RFC 7636, S256). */
  usesPkce: boolean;
  /** How the client shows itself at the token endpoint. */
  clientAuth: "basic" | "post";
  /** No more than it takes to learn who somebody is. */
  scope: string;
  server(config: PlatformConfig): SignInServer;
  client(config: PlatformConfig): { id: string; secret: string };
  /** Sent along when asked whose token it is. */
  profileHeaders?(config: PlatformConfig): Record<string, string>;
  /** Reads the answer of the profile endpoint; undefined for one that names nobody. */
  readProfile(body: unknown): SignInAccount | undefined;
}

export interface SignInServer {
  issuer: string;
  authorize: string;
  token: string;
  profile: string;
}

/** A platform people can sign in with. */
export interface SignInOffer {
  platform: string;
  usesPkce: boolean;
}

export interface SignInRequest {
  platform: string;
  state: string;
  codeChallenge?: string;
  redirectUri: string;
}

/** What somebody came back with. */
export interface SignInAnswer {
  platform: string;
  code: string;
  /** Who the answer says it comes from (RFC 9207). */
  iss?: string;
  codeVerifier?: string;
  /** The very same as in the request. */
  redirectUri: string;
}

/** Signing in, in the only Worker that holds client secrets: a code goes in, a person comes out, the token is given back. */
export interface SignInService {
  offers(): Promise<SignInOffer[]>;
  authorizeUrl(request: SignInRequest): Promise<Outcome<{ url: string }>>;
  identify(answer: SignInAnswer): Promise<Outcome<SignInAccount>>;
}
