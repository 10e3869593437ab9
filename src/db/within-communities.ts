import { type HTTPQueryOptions, type NeonQueryFunction, NeonQueryPromise } from "@neondatabase/serverless";
import { tenantRole } from "#db/tenancy";

type Client = NeonQueryFunction<false, false>;
type Queries = Extract<Parameters<Client["transaction"]>[0], readonly unknown[]>;

/**
 * The client with each call a transaction that first becomes the tenants' role and says whose rows it is about. Both end
 * with the transaction, so a pooled connection carries nothing on (pooler in transaction mode: nothing else would hold).
 */
export function withinCommunities(client: Client, communityIds: readonly number[]): Client {
  for (const id of communityIds)
    if (!Number.isSafeInteger(id) || id < 1) throw new Error(`not a community: ${id}`);
  const scope = communityIds.join(",");
  const enter = () =>
    client.query("SELECT set_config('role', $1, true), set_config('app.community', $2, true)", [
      tenantRole,
      scope,
    ]);

  const query = (text: string, params: unknown[] = [], options?: HTTPQueryOptions<false, false>) =>
    new NeonQueryPromise<false, false>(
      async () => (await client.transaction([enter(), client.query(text, params, options)]))[1],
      { query: text, params },
      options,
    );
  const transaction = async (queries: Queries, options?: Parameters<Client["transaction"]>[1]) => {
    const [, ...results] = await client.transaction([enter(), ...queries], options);
    return results;
  };
  return new Proxy(client, {
    get: (target, name, receiver) => {
      if (name === "query") return query;
      if (name === "transaction") return transaction;
      return Reflect.get(target, name, receiver);
    },
    apply: () => {
      throw new Error("not as a template: it would run outside the community");
    },
  });
}
