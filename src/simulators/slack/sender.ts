import type { AttemptResult, Delivery } from "#simulators/delivery";
import type { SimulatorSecrets } from "#simulators/secrets";
import { signSlack } from "#simulators/slack/sign";
import type { SlackSocketMode } from "#simulators/slack/socket-mode";
import type { World } from "#simulators/world";

const webhookPath = "/webhooks/slack";
const timeoutMs = 3_000;
/** Almost at once, after a minute, after five. */
const retryDelaysMs = [100, 60_000, 300_000];

export interface SlackSender {
  /** An Events API call, with Slack's three further tries. */
  sendEvent(id: string, payload: object): Promise<Delivery>;
  /** A slash command: somebody waits, so there is one try. */
  sendCommand(id: string, fields: Readonly<Record<string, string>>): Promise<Delivery>;
  /** A click, a form: one try as well. */
  sendInteraction(id: string, payload: object): Promise<Delivery>;
  /** Never through a socket: it is about the address itself. */
  sendJsonOnce(id: string, payload: object): Promise<Delivery>;
  /** Slack's only unsigned call. */
  sendUnsigned(id: string, form: string): Promise<Delivery>;
}

export function makeSlackSender(
  { clock, deliver }: World,
  secrets: SimulatorSecrets["slack"],
  socketMode: SlackSocketMode,
): SlackSender {
  const signed = (contentType: string, body: string) => {
    const timestamp = String(Math.floor(clock.now() / 1000));
    return {
      "content-type": contentType,
      "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": signSlack(secrets.signingSecret, timestamp, body),
    };
  };
  const send = (id: string, contentType: string, body: string, retries: readonly number[]) =>
    deliver({
      platform: "slack",
      id,
      timeoutMs,
      retryDelaysMs: retries,
      request: (number, previous) => ({
        path: webhookPath,
        headers: { ...signed(contentType, body), ...retryHeaders(number, previous) },
        body,
      }),
    });
  const formType = "application/x-www-form-urlencoded";
  const sendForm = (id: string, fields: Readonly<Record<string, string>>) =>
    send(id, formType, new URLSearchParams(fields).toString(), []);
  return {
    sendEvent: (id, payload) =>
      socketMode.isOn
        ? socketMode.deliver("events_api", payload)
        : send(id, "application/json", JSON.stringify(payload), retryDelaysMs),
    sendCommand: (id, fields) =>
      socketMode.isOn ? socketMode.deliver("slash_commands", fields) : sendForm(id, fields),
    sendInteraction: (id, payload) =>
      socketMode.isOn
        ? socketMode.deliver("interactive", payload)
        : sendForm(id, { payload: JSON.stringify(payload) }),
    sendJsonOnce: (id, payload) => send(id, "application/json", JSON.stringify(payload), []),
    sendUnsigned: (id, form) =>
      deliver({
        platform: "slack",
        id,
        timeoutMs,
        retryDelaysMs: [],
        request: () => ({ path: webhookPath, headers: { "content-type": formType }, body: form }),
      }),
  };
}

function retryHeaders(number: number, previous: AttemptResult | undefined): Record<string, string> {
  if (!previous) return {};
  const reason = previous.ok ? "http_error" : previous.reason;
  return { "x-slack-retry-num": String(number), "x-slack-retry-reason": reason };
}
