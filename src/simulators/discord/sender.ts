import type { Delivery } from "#simulators/delivery";
import { makeInteractionSigner, spoilSignature } from "#simulators/discord/sign";
import type { SimulatorSecrets } from "#simulators/secrets";
import type { World } from "#simulators/world";

const endpointPath = "/interactions/discord";
/** The first answer must come within three seconds; there is no second try. */
const timeoutMs = 3_000;

export interface BadSignatureProbes {
  sent: number;
  /** Answered with 401, as they must be. */
  refused: number;
}

export interface DiscordSender {
  send(id: string, payload: object): Promise<Delivery>;
  /** A wrong signature over the same body: true when it was refused with 401. */
  probe(id: string, payload: object): Promise<boolean>;
  badSignatureProbes: BadSignatureProbes;
}

/** About every `probeEvery`th request is preceded by one with a bad signature. */
export function makeDiscordSender(
  { clock, deliver, random, background }: World,
  secrets: SimulatorSecrets["discord"],
  probeEvery: number,
): DiscordSender {
  const sign = makeInteractionSigner(secrets.privateKeyPem);
  const dice = random.fork("probes");
  const badSignatureProbes = { sent: 0, refused: 0 };
  const drawDistance = () => Math.max(1, Math.round(probeEvery * (0.5 + dice.next())));
  let untilProbe = drawDistance();

  const post = (id: string, payload: object, spoil: (signature: string) => string) => {
    const body = JSON.stringify(payload);
    return deliver({
      platform: "discord",
      id,
      timeoutMs,
      retryDelaysMs: [],
      request() {
        const timestamp = String(Math.floor(clock.now() / 1000));
        const headers = {
          "content-type": "application/json",
          "user-agent": "Discord-Interactions/1.0 (+https://discord.com)",
          "x-signature-ed25519": spoil(sign(timestamp, body)),
          "x-signature-timestamp": timestamp,
        };
        return { path: endpointPath, headers, body };
      },
    });
  };

  const probe = async (id: string, payload: object) => {
    badSignatureProbes.sent += 1;
    const { answer } = await post(id, payload, spoilSignature);
    const isRefused = answer?.status === 401;
    if (isRefused) badSignatureProbes.refused += 1;
    return isRefused;
  };

  return {
    badSignatureProbes,
    probe,
    send(id, payload) {
      untilProbe -= 1;
      if (untilProbe <= 0) {
        untilProbe = drawDistance();
        background(probe(id, payload));
      }
      return post(id, payload, (signature) => signature);
    },
  };
}
