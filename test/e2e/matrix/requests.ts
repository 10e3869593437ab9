import { makeExecutionId } from "#contracts/ids";
import type { Operation, Schema } from "#test/e2e/matrix/operations";
import { type Override, overrides } from "#test/e2e/matrix/overrides";

export interface MatrixRequest {
  method: string;
  path: string;
  body: unknown;
}

/** The channel, the things and the person that each community of the world has, all by the community's number. */
export const entityOf = (community: number) => `twitch:${community}`;
export const youtubeOf = (community: number) => `UC${String(community).padStart(22, "0")}`;
export const targetOf = (community: number) => `twitch:target${community}`;

/** What a parameter or field of this name is in that community; every thing there has the community's number. */
function valueNamed(name: string, community: number): unknown {
  if (name === "entity_id" || name === "entityId") return entityOf(community);
  if (name === "entity_ids" || name === "enabled_entity_ids") return [entityOf(community)];
  if (name === "channel_id") return youtubeOf(community);
  if (name === "user_key" || name === "user_id") return targetOf(community);
  if (name === "user_keys") return [targetOf(community)];
  if (name === "execution_id") return makeExecutionId(entityOf(community), "twitch:m1");
  if (name === "platform") return "twitch";
  if (
    /^(community_id|communityId|label_id|group_id|timer_id|webhook_id|invitation_id|request_id|id)$/.test(
      name,
    )
  )
    return community;
  return undefined;
}

/** A right request of this operation about that community: the document's own words, and what the table says. */
export function requestFor(operation: Operation, community: number): MatrixRequest {
  const override: Override = overrides[operation.name] ?? {};
  const given = override.path?.(community) ?? {};
  const path = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(String(given[name] ?? valueNamed(name, community) ?? "nothing")),
  );
  const query = new URLSearchParams(override.query?.(community));
  for (const { name, required, schema, ...rest } of operation.parameters) {
    const isPlace = name === "community_id" || name === "entity_id";
    if (rest.in !== "query" || query.has(name) || !(required || isPlace)) continue;
    query.set(name, String(valueNamed(name, community) ?? exampleOf(schema ?? { required: [] }, community)));
  }
  const body =
    override.body?.(community) ?? (operation.body ? exampleOf(operation.body, community) : undefined);
  return { method: operation.method, path: query.size > 0 ? `${path}?${query}` : path, body };
}

function exampleOf(given: Schema, community: number, depth = 0): unknown {
  const [choice] = given.anyOf ?? given.oneOf ?? [];
  if (given.const !== undefined) return given.const;
  if (given.enum) return given.enum[0];
  if (choice) return exampleOf(choice, community, depth);
  if (given.properties && depth < 6) return objectOf(given, community, depth);
  return plainOf(given, community, depth);
}

/** What must be there, and whatever says which community it is about. */
function objectOf({ properties = {}, required }: Schema, community: number, depth: number): unknown {
  const fields = Object.entries(properties).flatMap(([name, one]) => {
    const named = valueNamed(name, community);
    const isPlace = name === "community_id" || name === "entity_id";
    if (!required.includes(name) && !isPlace) return [];
    return [[name, named ?? exampleOf(one, community, depth + 1)]];
  });
  return Object.fromEntries(fields);
}

function plainOf(
  { type: types, items, format, minimum, minLength }: Schema,
  community: number,
  depth: number,
): unknown {
  const type = Array.isArray(types) ? types[0] : types;
  if (type === "array") return items ? [exampleOf(items, community, depth + 1)] : [];
  if (type === "integer" || type === "number") return Math.max(1, minimum ?? 1);
  if (type === "boolean") return true;
  if (type === "object") return {};
  if (type !== "string") return undefined;
  if (format === "date-time") return "2099-01-01T00:00:00Z";
  if (format === "uri") return "https://a.example/";
  return "a".repeat(Math.max(3, minLength ?? 0));
}
