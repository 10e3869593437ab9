import { sql } from "drizzle-orm";
import type { Browser, BrowserContext, Page } from "playwright-core";
import * as z from "zod";
import type { TestDatabase } from "#db/testing";
import { signInAsOwner, wide } from "#test/e2e/hub-browser";
import type { RouterStack } from "#test/e2e/router-client";
import { makeUserToken } from "#workers/api/access/user-token";

/** Beside the demo community: one of 45 people, one of 100,000. */
export const small = { id: 60, slug: "small", name: "Small pond", people: 45 };
export const crowd = { id: 61, slug: "crowd", name: "The colony", people: 100_000 };
const house = { id: 1, slug: "waddlebot-global", name: "WaddleBot Global" };
const demo = { id: 2, slug: "demo", name: "The Waddle Inn" };

export async function fillCommunities({ db }: TestDatabase): Promise<void> {
  for (const { id, slug, name, people } of [small, crowd]) {
    await db.execute(sql`INSERT INTO communities (id, slug, name) VALUES (${id}, ${slug}, ${name})`);
    const numbered = sql`SELECT ${id}::int, 'twitch:' || lpad(n::text, 7, '0') AS key, n FROM generate_series(1, ${people}) n`;
    await db.execute(sql`
      INSERT INTO community_memberships (community_id, user_key) SELECT a.int4, a.key FROM (${numbered}) a`);
    await db.execute(sql`
      INSERT INTO community_activity (community_id, user_key, user_name, points)
      SELECT a.int4, a.key, 'Penguin ' || a.n, a.n * 10 FROM (${numbered}) a`);
    await db.execute(sql`
      INSERT INTO reputation_scores (community_id, user_key, score, previous_score, total_events)
      SELECT a.int4, a.key, 600 + a.n % 100, 600, 1 FROM (${numbered}) a`);
  }
  await db.execute(
    sql`INSERT INTO community_rbac (community_id, user_key, role) VALUES (${small.id}, 'twitch:0000002', 'moderator')`,
  );
  await db.execute(
    sql`INSERT INTO community_memberships (community_id, user_key) VALUES (1, 'twitch:0000001') ON CONFLICT DO NOTHING`,
  );
}

const look = { viewport: wide, colorScheme: "light", locale: "en-GB", reducedMotion: "reduce" } as const;

/** A browser whose person owns every community there is. */
export async function ownerContext(browser: Browser, router: RouterStack): Promise<BrowserContext> {
  const context = await browser.newContext(look);
  await signInAsOwner(context, router.stack);
  await answerMe(
    context,
    [house, demo, small, crowd].map((one) => ({ ...one, role: "owner" })),
    true,
  );
  return context;
}

/** A browser of a person with that role in the demo community, whom the server knows by a token. */
export async function personContext(
  browser: Browser,
  router: RouterStack,
  role: "member" | "moderator",
): Promise<BrowserContext> {
  const { db } = router.database;
  const name = `the-${role}`;
  const { rows } = await db.execute(
    sql`INSERT INTO hub_users (username, display_name) VALUES (${name}, ${name}) RETURNING id`,
  );
  const userId = String(rows[0]?.["id"]);
  await db.execute(sql`INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
    VALUES (${Number(userId)}, 'twitch', ${name}, ${name})`);
  await db.execute(
    sql`INSERT INTO community_memberships (community_id, user_key) VALUES (2, ${`twitch:${name}`})`,
  );
  if (role === "moderator")
    await db.execute(
      sql`INSERT INTO community_rbac (community_id, user_key, role) VALUES (2, ${`twitch:${name}`}, 'moderator')`,
    );
  const owner = { userId, username: name, email: `${name}@example.org`, roles: [] };
  const token = await makeUserToken(owner, router.stack.secrets.jwtSecret);
  const context = await browser.newContext(look);
  const { origin } = router.stack.url;
  await context.route(
    (url) => url.origin === origin && url.pathname.startsWith("/api/"),
    (route) =>
      route.continue({ headers: { ...route.request().headers(), authorization: `Bearer ${token}` } }),
  );
  await answerMe(context, [{ ...demo, role }], false);
  return context;
}

const knownSession = z.object({ data: z.object({ csrfToken: z.string() }) });

async function answerMe(context: BrowserContext, communities: object[], isSuperAdmin: boolean) {
  const user = {
    id: 1,
    displayName: "Pia",
    avatarUrl: null,
    email: null,
    isSuperAdmin,
    mustChangePassword: false,
  };
  await context.route("**/api/v1/auth/me", async (route) => {
    // A change of a session wants that session's own token; whoever comes with a bearer token has no session.
    const known = knownSession.safeParse(await (await route.fetch()).json());
    const csrfToken = known.data?.data.csrfToken ?? "none";
    await route.fulfill({ json: { success: true, data: { user, communities, csrfToken }, timestamp: "" } });
  });
}

const scrollMeasure = z.object({
  frames: z.number(),
  /** Places in the window where no row was at all, over all frames. */
  blanks: z.number(),
  /** Places whose row had not come yet. */
  waiting: z.number(),
});
export type ScrollMeasure = z.infer<typeof scrollMeasure>;

/** Scrolls the list by so many pixels every other frame and looks at every place in the window each time. */
export async function scrollThrough(page: Page, step: number, frames: number): Promise<ScrollMeasure> {
  // As text, because it runs in the page, whose globals these sources do not know.
  const script = `new Promise((resolve) => {
    const list = document.querySelector('[data-testid="member-list"]');
    const found = { frames: 0, blanks: 0, waiting: 0 };
    const look = () => {
      const { top, bottom, left } = list.getBoundingClientRect();
      for (let y = top + 60; y < bottom - 10; y += 24) {
        const row = document.elementFromPoint(left + 40, y)?.closest("tr[data-row]");
        if (!row?.textContent) found.blanks += 1;
        else if (row.querySelector("[data-waiting]")) found.waiting += 1;
      }
      found.frames += 1;
      list.scrollBy(0, ${step});
      if (found.frames < ${frames}) requestAnimationFrame(() => requestAnimationFrame(look));
      else resolve(found);
    };
    requestAnimationFrame(look);
  })`;
  return scrollMeasure.parse(await page.evaluate(script));
}
