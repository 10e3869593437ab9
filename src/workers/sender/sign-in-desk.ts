import * as oauth from "oauth4webapi";
import type { OAuthContext } from "#contracts/oauth";
import { type Outcome, type Refusal, refuse, succeed } from "#contracts/outcome";
import type {
  SignInAccount,
  SignInAnswer,
  SignInOffer,
  SignInProvider,
  SignInRequest,
  SignInService,
} from "#contracts/sign-in";
import { platforms } from "#platforms/registry";
import { readTokenAnswer } from "#workers/sender/token-answer";

const timeMs = 10_000;

/** Signs people in: tokens live for the length of one question and are given back. */
export class SignInDesk implements SignInService {
  readonly #context: () => OAuthContext;

  constructor(context: () => OAuthContext) {
    this.#context = context;
  }

  async offers(): Promise<SignInOffer[]> {
    return [...platforms.keys()].sort().flatMap((platform) => {
      const provider = this.#configured(platform);
      return provider ? [{ platform, usesPkce: provider.usesPkce }] : [];
    });
  }

  async authorizeUrl({
    platform,
    state,
    codeChallenge,
    redirectUri,
  }: SignInRequest): Promise<Outcome<{ url: string }>> {
    const provider = this.#configured(platform);
    if (!provider) return notSetUp(platform);
    if (provider.usesPkce && codeChallenge === undefined)
      return refuse("internal", { message: "The sign-in was begun without its proof." });
    const { config } = this.#context();
    const url = new URL(provider.server(config).authorize);
    url.search = new URLSearchParams({
      response_type: "code",
      client_id: provider.client(config).id,
      redirect_uri: redirectUri,
      scope: provider.scope,
      state,
      ...(codeChallenge === undefined
        ? {}
        : { code_challenge: codeChallenge, code_challenge_method: "S256" }),
    }).toString();
    return succeed({ url: url.href });
  }

  async identify(answer: SignInAnswer): Promise<Outcome<SignInAccount>> {
    const provider = this.#configured(answer.platform);
    if (!provider) return notSetUp(answer.platform);
    try {
      const token = await this.#exchange(provider, answer);
      const account = await this.#askProfile(provider, token);
      await this.#giveBack(answer.platform, token);
      if (account) return succeed(account);
      return refuse("unavailable", { message: "The platform did not say whose account this is." });
    } catch (error) {
      // What the library says of an answer may hold the answer; its code does not.
      const isNetwork = !(error instanceof oauth.OperationProcessingError) && !isAnswered(error);
      return isNetwork
        ? refuse("unavailable", { message: "The platform could not be reached." })
        : refuse("bad_request", { message: "The platform did not accept the sign-in. Please start again." });
    }
  }

  /** Code, issuer and PKCE are the library's to check; the state was checked where the browser is known. */
  async #exchange(
    provider: SignInProvider,
    { code, iss, codeVerifier, redirectUri }: SignInAnswer,
  ): Promise<string> {
    const { config, fetch } = this.#context();
    const { id, secret } = provider.client(config);
    const { issuer, token } = provider.server(config);
    const server = { issuer, token_endpoint: token };
    const client = { client_id: id };
    const words = new URLSearchParams({ code, ...(iss === undefined ? {} : { iss }) });
    const auth = provider.clientAuth === "basic" ? oauth.ClientSecretBasic : oauth.ClientSecretPost;
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      auth(secret),
      oauth.validateAuthResponse(server, client, words, oauth.expectNoState),
      redirectUri,
      codeVerifier ?? oauth.nopkce,
      {
        [oauth.customFetch]: (url, init) => fetch(url, { ...init, redirect: "manual" }),
        [oauth.allowInsecureRequests]: isThisMachine(token),
        signal: AbortSignal.timeout(timeMs),
      },
    );
    const tokens = await oauth.processAuthorizationCodeResponse(
      server,
      client,
      await readTokenAnswer(response),
    );
    return tokens.access_token;
  }

  async #askProfile(provider: SignInProvider, token: string): Promise<SignInAccount | undefined> {
    const { config, fetch } = this.#context();
    const response = await fetch(provider.server(config).profile, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        ...provider.profileHeaders?.(config),
      },
      redirect: "manual",
      signal: AbortSignal.timeout(timeMs),
    });
    return response.ok ? provider.readProfile(await response.json()) : undefined;
  }

  async #giveBack(platform: string, token: string): Promise<void> {
    await platforms
      .get(platform)
      ?.oauth?.revoke?.(token, this.#context())
      .catch(() => undefined);
  }

  #configured(platform: string): SignInProvider | undefined {
    const provider = platforms.get(platform)?.signIn;
    const { config } = this.#context();
    return provider?.secrets.every((name) => config[name]) ? provider : undefined;
  }
}

function isAnswered(error: unknown): boolean {
  return (
    error instanceof oauth.ResponseBodyError ||
    error instanceof oauth.AuthorizationResponseError ||
    error instanceof oauth.WWWAuthenticateChallengeError
  );
}

/** Plain HTTP only to simulators beside us. */
function isThisMachine(endpoint: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(endpoint).hostname);
}

function notSetUp(platform: string): Refusal {
  return refuse("unavailable", { message: `Signing in with ${platform} is not set up.` });
}
