import { WorkerEntrypoint } from "cloudflare:workers";
import type { Outcome } from "#contracts/outcome";
import type {
  SignInAccount,
  SignInAnswer,
  SignInOffer,
  SignInRequest,
  SignInService,
} from "#contracts/sign-in";
import { SignInDesk } from "#workers/sender/sign-in-desk";
import { oauthContext } from "#workers/sender/vault-deps";

/** The API's door for signing people in: an entry of its own, so that whoever may send messages learns nobody's identity. */
export class SignIn extends WorkerEntrypoint<SenderEnv> implements SignInService {
  readonly #desk = new SignInDesk(() => oauthContext(this.env));

  async offers(): Promise<SignInOffer[]> {
    return this.#desk.offers();
  }

  async authorizeUrl(request: SignInRequest): Promise<Outcome<{ url: string }>> {
    return this.#desk.authorizeUrl(request);
  }

  async identify(answer: SignInAnswer): Promise<Outcome<SignInAccount>> {
    return this.#desk.identify(answer);
  }
}
