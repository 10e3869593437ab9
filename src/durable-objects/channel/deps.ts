import type { ChannelConfig } from "#contracts/channel-config";
import type { Invocation, ModuleManifest, ModuleResult, ModuleService } from "#contracts/module";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { OverlayService } from "#contracts/overlay";
import type { OutboundMessage, SenderService, SentMessage } from "#contracts/sender";
import { productVersion } from "#contracts/version";
import { type Database, openDatabase } from "#db/client";
import { type Flush, writeFlush } from "#durable-objects/channel/flush";
import { loadChannelConfig } from "#durable-objects/channel/load-config";
import type { Outgoing } from "#durable-objects/channel/outbox";
import { writeRegistry } from "#durable-objects/channel/write-registry";
import { channelStub } from "#durable-objects/stubs";
import { type Log, makeLog } from "#lib/log";
import { timedOut, within } from "#lib/within";
import { manifests } from "#modules/manifests";

/** The channel's whole outside. The one place in this folder that reads `env`. */
export interface ChannelDeps {
  now(): number;
  newId(): string;
  log: Log;
  manifests: readonly ModuleManifest[];
  invoke(invocation: Invocation, call: PlannedCall): Promise<Outcome<ModuleResult>>;
  charge(userKey: string, points: number, key: string): Promise<Outcome<null>>;
  loadConfig(entityId: string): Promise<ChannelConfig | null>;
  writeFlush(flush: Flush): Promise<void>;
  carry(body: Outgoing, siblings: readonly string[]): Promise<Outcome<SentMessage>>;
  isResendSafe(body: Outgoing): Promise<boolean>;
}

const moduleTimeMs = 3000;
const sendTimeMs = 12_000;

export function makeChannelDeps(env: EdgeEnv): ChannelDeps {
  let database: Database | undefined;
  const db = () => {
    database ??= openDatabase(env);
    return database;
  };
  const log = makeLog({ module: "channel", version: productVersion });
  return {
    now: () => Date.now(),
    newId: () => crypto.randomUUID(),
    log,
    manifests,
    invoke: (invocation, call) => invoke(env, invocation, call, log),
    // No wallet is bound yet, so what has a price cannot be bought: money fails closed (90-decisions C-20).
    charge: async () => refuse("payment_required", { message: "Points cannot be spent in this community yet." }),
    loadConfig: (entityId) => loadChannelConfig(db(), entityId),
    writeFlush: (flush) => writeFlush(db(), flush),
    carry: (body, siblings) => carry(env, db, body, siblings),
    isResendSafe: async (body) =>
      body.kind !== "chat" || sender(env).isResendSafe(body.message.target.platform),
  };
}

/** A module may hold its channel three seconds; then the channel goes on without it. */
async function invokeModule(env: EdgeEnv, invocation: Invocation, log: Log): Promise<Outcome<ModuleResult>> {
  const binding = moduleBinding(env, invocation.module);
  if (!binding) return refuse("not_found", { message: `The ${invocation.module} module is not installed.` });
  try {
    const outcome = await within(binding.invoke(invocation), moduleTimeMs);
    if (outcome !== timedOut) return outcome;
    return refuse("timeout", { message: `The ${invocation.module} module took too long. Please try again.` });
  } catch (error) {
    const { correlationId } = invocation.event;
    log({
      level: "ERROR",
      category: "ERROR",
      action: "module.invoke",
      result: "FAILURE",
      correlationId,
      details: { module: invocation.module, error },
    });
    return refuse("unavailable", { message: `The ${invocation.module} module is not available right now.` });
  }
}

/** `MODULE_<NAME>`, as the root wrangler.toml binds it; its shape is proven by the module suite. */
function moduleBinding(env: EdgeEnv, module: string): ModuleService | undefined {
  const bindings: Partial<Record<string, unknown>> = { ...env };
  const binding = bindings[`MODULE_${module.toUpperCase()}`];
  return isModuleService(binding) ? binding : undefined;
}

function isModuleService(value: unknown): value is ModuleService {
  return typeof value === "object" && value !== null && "invoke" in value;
}

function sender(env: EdgeEnv): SenderService {
  return env.SENDER;
}

async function carry(
  env: EdgeEnv,
  db: () => Database,
  body: Outgoing,
  siblings: readonly string[],
): Promise<Outcome<SentMessage>> {
  try {
    if (body.kind === "chat") return await say(env, body.message);
    if (body.kind === "overlay") return await show(env, body);
    const version = await writeRegistry(db(), body);
    await Promise.allSettled(
      siblings.map((entityId) => channelStub(env.CHANNEL, entityId).bumpConfig(version)),
    );
    return succeed({ platformMessageIds: [] });
  } catch (error) {
    // The call broke on the way: whether it took effect is not known.
    return refuse("unknown", { message: error instanceof Error ? error.message : String(error) });
  }
}

async function say(env: EdgeEnv, message: OutboundMessage): Promise<Outcome<SentMessage>> {
  const link =
    message.target.platform === "irc"
      ? env.GATEWAY_LINK.get(env.GATEWAY_LINK.idFromName("main"))
      : sender(env);
  const outcome = await within<Outcome<SentMessage>>(link.send(message), sendTimeMs);
  return outcome === timedOut
    ? refuse("unknown", { message: "the platform did not answer in time" })
    : outcome;
}

async function show(
  env: EdgeEnv,
  body: Extract<Outgoing, { kind: "overlay" }>,
): Promise<Outcome<SentMessage>> {
  const overlay: OverlayService = env.OVERLAY.get(env.OVERLAY.idFromName(String(body.communityId)));
  await overlay.show(body.key, body.overlayType, body.response);
  return succeed({ platformMessageIds: [] });
}
