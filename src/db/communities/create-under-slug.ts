import type { Database } from "#db/client";
import { type CommunityFields, type CommunityRow, createCommunity } from "#db/communities/community-store";
import { isReserved, nextSlug, slugFrom } from "#db/communities/names";

/** Under the slug that was asked for; else under one made of the name, the plain one if it is free. */
export async function createUnderSlug(
  db: Database,
  fields: CommunityFields,
  asked: string | undefined,
  to: Parameters<typeof createCommunity>[2],
): Promise<CommunityRow | "slug" | "name" | "full"> {
  if (asked !== undefined) return createCommunity(db, { ...fields, slug: asked }, to);
  const plain = slugFrom(fields.name);
  const random = crypto.randomUUID().slice(0, 8);
  const slugs = plain === undefined || isReserved(plain) ? [] : [plain];
  let made: CommunityRow | "slug" | "name" | "full" = "slug";
  for (const slug of [...slugs, nextSlug(plain, random.slice(0, 4)), nextSlug(undefined, random)]) {
    made = await createCommunity(db, { ...fields, slug }, to);
    if (made !== "slug") return made;
  }
  return made;
}
