import * as z from "zod";
import { actionRequest } from "#contracts/platform-action";
import { outboundMessage } from "#contracts/sender";
import { userVaultName } from "#durable-objects/token-vault/vault-names";
import RealSender from "#workers/sender/index";
import { forgetBots } from "#workers/sender/tokens";

export * from "#workers/sender/index";

const grant = z.object({
  communityId: z.int(),
  provider: z.string(),
  account: z.string(),
  name: z.string(),
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresInSeconds: z.number(),
  scopes: z.array(z.string()),
});
const call = z.discriminatedUnion("do", [
  z.object({ do: z.literal("send"), message: outboundMessage }),
  z.object({ do: z.literal("act"), request: actionRequest }),
  z.object({ do: z.literal("keep"), grants: z.array(grant) }),
  z.object({ do: z.literal("tokens"), grants: z.array(grant), times: z.int() }),
  z.object({ do: z.literal("status"), communityId: z.int(), provider: z.string() }),
]);

/** The sender as it is, with a door for tests: its RPC methods and its vaults over HTTP. No token comes out. */
export default class Sender extends RealSender {
  override async fetch(request: Request): Promise<Response> {
    if (request.method !== "POST") return super.fetch(request);
    return Response.json(await this.#answer(call.parse(await request.json())));
  }

  async #answer(wanted: z.infer<typeof call>): Promise<unknown> {
    switch (wanted.do) {
      case "send":
        return this.send(wanted.message);
      case "act":
        return this.act(wanted.request);
      case "keep":
        forgetBots();
        return Promise.all(
          wanted.grants.map((one) => this.#vault(one.communityId, one.provider).keepUserToken(one)),
        );
      case "tokens":
        return Promise.all(
          Array.from({ length: wanted.times }, () => wanted.grants)
            .flat()
            .map(async ({ communityId, provider, account, accessToken }) => {
              const vault = this.#vault(communityId, provider);
              const token = await vault.getUserToken({ communityId, provider }, account, accessToken);
              return token.ok && token.value !== accessToken;
            }),
        );
      case "status":
        return this.#vault(wanted.communityId, wanted.provider).status();
    }
  }

  #vault(communityId: number, provider: string) {
    return this.env.TOKEN_VAULT.get(this.env.TOKEN_VAULT.idFromName(userVaultName(communityId, provider)));
  }
}
