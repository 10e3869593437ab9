import type { Context } from "hono";
import type { AuditActor } from "#db/audit";
import { sha256Hex } from "#lib/sha256";
import { accessConfig } from "#workers/api/access/config";
import type { ApiBindings, Principal } from "#workers/api/bindings";
import { clientAddress } from "#workers/shared/client-address";

/** The caller's address so that it can be compared and not read: hashed with a secret of ours. Undefined without an address. */
export async function addressHash(c: Context<ApiBindings>): Promise<string | undefined> {
  const address = clientAddress(c.req.raw.headers);
  const { serviceApiKey } = accessConfig(c.env);
  if (address === undefined || serviceApiKey === "") return undefined;
  return (await sha256Hex(`address|${serviceApiKey}|${address}`)).slice(0, 32);
}

/** Who stands in the audit log for what this request changes. */
export async function auditActor(c: Context<ApiBindings>): Promise<AuditActor> {
  return requestActor(c, c.get("principal").id);
}

/** The same where nobody was known when the request came: who they turned out to be. */
export async function requestActor(c: Context<ApiBindings>, actor: string): Promise<AuditActor> {
  return {
    actor,
    ipHash: (await addressHash(c)) ?? null,
    userAgent: c.req.header("user-agent") ?? null,
    requestId: c.get("requestId"),
  };
}

/** Whether this caller may act in a community at all; what it may do there its roles say. */
export function mayActIn({ communityId }: Principal, wanted: number): boolean {
  return communityId === null || communityId === wanted;
}
