import { DurableObject } from "cloudflare:workers";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type {
  DeliveryFilter,
  WebhookDelivery,
  WebhookHealth,
  WebhookMessage,
  WebhookTargetService,
} from "#contracts/outgoing-webhook";
import { migrate } from "#durable-objects/storage/migrate";
import { makeWebhookTargetDeps } from "#durable-objects/webhook-target/deps";
import { webhookTargetMigrations } from "#durable-objects/webhook-target/tables";
import { WebhookTarget } from "#durable-objects/webhook-target/webhook-target";

/** One address of one community: what is to be sent there. The shell only. */
export class WebhookTargetObject extends DurableObject<EdgeEnv> implements WebhookTargetService {
  #target: WebhookTarget;

  constructor(ctx: DurableObjectState, env: EdgeEnv) {
    super(ctx, env);
    migrate(ctx.storage, webhookTargetMigrations);
    this.#target = new WebhookTarget(ctx.storage, makeWebhookTargetDeps(env), (work) => ctx.waitUntil(work));
  }

  async enqueue(webhookId: number, messages: WebhookMessage[]): Promise<void> {
    return this.#target.enqueue(webhookId, messages);
  }

  async refresh(webhookId: number): Promise<void> {
    this.#target.refresh(webhookId);
  }

  async test(webhookId: number, message: WebhookMessage): Promise<Outcome<WebhookDelivery>> {
    return this.#target.test(webhookId, message);
  }

  async verify(webhookId: number, message: WebhookMessage, challenge: string): Promise<Outcome<null>> {
    const outcome = await this.#target.once(webhookId, message);
    if (!outcome.ok) return outcome;
    const { end, error, answer } = outcome.value;
    if (end !== "sent") return refuse("conflict", { message: `The address did not answer well: ${error}.` });
    if (!answer.includes(challenge))
      return refuse("conflict", { message: "The address answered, but not with the challenge." });
    return succeed(null);
  }

  async deliveries(filter: DeliveryFilter): Promise<WebhookDelivery[]> {
    return this.#target.deliveries(filter);
  }

  async health(): Promise<WebhookHealth> {
    return this.#target.health();
  }

  async replay(webhookId: number, choice: { id: string } | "all"): Promise<number> {
    return this.#target.replay(webhookId, choice);
  }

  override async alarm(): Promise<void> {
    await this.#target.wake();
  }
}
