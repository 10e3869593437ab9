import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { type ApiStack, startApiStack } from "#test/e2e/api-stack";
import { isAboutOne, type Operation, operationsOf } from "#test/e2e/matrix/operations";
import { overrides, typedIn } from "#test/e2e/matrix/overrides";
import { compareMatrix, howToUpdate, keptOperations, renderMatrix } from "#test/e2e/matrix/render";
import { requestFor } from "#test/e2e/matrix/requests";
import {
  absentId,
  fingerprint,
  foreignId,
  foreignToNobodyId,
  matrixRoles,
  type Seat,
  seatOf,
  seedWorld,
  tokenOf,
} from "#test/e2e/matrix/world";
import { findPlainSecrets, secretsIn } from "#test/suites/plain-secrets";

const jwtSecret = "a-secret-of-the-matrix-and-of-nothing-else";
/** What is sent from somewhere, so that the audit log can say from where; a new address for each operation, below every shield. */
const addressOf = (operation: number) => `198.51.${operation % 200}.${Math.floor(operation / 200) + 1}`;

/** About whoever asks, in their browser's session, and about no community: tokens get nowhere there. */
const ofThePerson = /^\/api\/v1\/(?:identity|auth)\//;
const page = "test/e2e/matrix/tenant-matrix.txt";

interface Reply {
  status: number;
  text: string;
  requestId: string;
}
interface Asked {
  operation: Operation;
  seat: Seat;
  own: Reply;
  foreign: Reply;
  absent: Reply;
}

let stack: ApiStack;
let asked: Asked[];
let before: Record<string, string>;
let after: Record<string, string>;

beforeAll(async () => {
  stack = await startApiStack(
    { JWT_SECRET: jwtSecret },
    { GATEWAY_ENCRYPTION_KEYS: JSON.stringify({ n1: Buffer.alloc(32, 7).toString("base64") }) },
    { "waddlebot-api": join(import.meta.dirname, "api-unlimited.workerd.ts") },
  );
  const document = await stack.call("/openapi.json", { key: stack.serviceApiKey });
  const operations = operationsOf(document.body);
  const seats = operations.map((_, at) => matrixRoles.map((role) => seatOf(at, role)));
  await seedWorld(stack.database.db, seats.flat());
  before = await fingerprint(stack.database.db, foreignId);
  asked = [];
  // One operation after the other: what is found does not depend on which of two was faster.
  for (const [at, operation] of operations.entries()) {
    const ofIt = (seats[at] ?? []).map((seat) => askThrice({ operation, at, seat }));
    asked.push(...(await Promise.all(ofIt)));
  }
  after = await fingerprint(stack.database.db, foreignId);
}, 900_000);
afterAll(() => stack?.close());

async function askThrice({
  operation,
  at,
  seat,
}: {
  operation: Operation;
  at: number;
  seat: Seat;
}): Promise<Asked> {
  const token = await tokenOf(seat, jwtSecret);
  const ask = async (community: number): Promise<Reply> => {
    const { method, path, body } = requestFor(operation, community);
    const answer = await stack.call(path, {
      method,
      ...(body === undefined || method === "GET" ? {} : { json: body }),
      from: addressOf(at),
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), "user-agent": "matrix" },
    });
    return { status: answer.status, text: answer.text, requestId: answer.headers.get("x-request-id") ?? "" };
  };
  const strange = seat.role === "super-admin" ? foreignToNobodyId : foreignId;
  // What is one's own comes last: by then nothing of it was touched.
  const [foreign, absent] = [await ask(strange), await ask(absentId)];
  return { operation, seat, own: await ask(seat.own), foreign, absent };
}

const ofCommunities = () => asked.filter(({ operation }) => isAboutOne(operation));
const people = ({ seat }: Asked) => seat.role !== "super-admin";
/** Numbers, ids and times differ between any two requests; what is left must not. */
const worded = ({ status, text }: Reply) => `${status} ${text.replaceAll(/[\w:-]*\d[\w:.-]*/g, "#")}`;

describe("threat 4 every operation, six roles, own, foreign and absent communities", () => {
  test("a foreign community is answered like one that never was, and with 404 where the caller's own would be served", () => {
    const told = ofCommunities()
      .filter(people)
      .filter(
        ({ operation, foreign, absent }) => !isOpenToAll(operation) && worded(foreign) !== worded(absent),
      );
    expect(told.map(show)).toEqual([]);
    const served = ofCommunities()
      .filter(people)
      .filter(
        ({ operation, own, foreign }) =>
          own.status < 300 && foreign.status !== 404 && !isOpenToAll(operation),
      );
    expect(served.map(show)).toEqual([]);
  });

  test("nothing of another community is in any answer", () => {
    const hidden = asked.filter(people).filter(({ operation }) => !isOpenToAll(operation));
    const read = hidden.flatMap((one) => {
      const seen = [one.own, one.foreign, one.absent].flatMap(({ text }) =>
        [...text.matchAll(/canary-(\d+)/g)].map(([, id]) => Number(id)),
      );
      return seen.some((id) => id !== one.seat.own) ? [show(one)] : [];
    });
    expect(read).toEqual([]);
  });

  test("nothing of the foreign community was changed by anybody", () => {
    expect(after).toEqual(before);
  });

  test("nobody who shows nothing is let in, and nothing breaks", () => {
    const anonymous = asked.filter(({ seat }) => seat.role === "anonymous");
    const letIn = anonymous.filter(({ own, operation }) => own.status < 400 && !operation.isPublic);
    expect(letIn.map(show)).toEqual([]);
    const broken = asked.filter(({ own, foreign, absent }) =>
      [own, foreign, absent].some(({ status }) => status === 500),
    );
    expect(broken.map(show)).toEqual([]);
  });

  test("each operation about a community is served to somebody there: a request that is always refused proves nothing", () => {
    const kept = keptOperations(readFileSync(page, "utf8"));
    const inVain = [...Map.groupBy(ofCommunities(), ({ operation }) => operation)]
      .filter(([{ name, path }]) => kept.has(name) && !ofThePerson.test(path))
      .filter(([, ones]) => ones.every(({ own }) => own.status >= 400))
      .map(([{ name }]) => name)
      .filter((name) => !overrides[name]?.inVain);
    expect(inVain).toEqual([]);
  });

  test("the page that is kept says what was found", () => {
    const found = renderMatrix(asked);
    if (process.env["UPDATE_MATRIX"]) writeFileSync(page, found);
    const { changed, unknown } = compareMatrix(readFileSync(page, "utf8"), found);
    // A new route was judged by the rules above; what is known of the others must stay so.
    if (unknown.length > 0) console.warn(`not in ${page} yet: ${unknown.join(", ")}. ${howToUpdate}`);
    expect(changed, `${page} says otherwise. If this is meant: ${howToUpdate}`).toEqual([]);
  });
});

const auditRow = z.object({
  request_id: z.string(),
  actor: z.string(),
  ip_hash: z.string().nullable(),
  user_agent: z.string().nullable(),
  has_before: z.boolean(),
  has_after: z.boolean(),
});

describe("threat 27 every change leaves one row in the audit log", () => {
  test("each state-changing route that succeeded noted it once: who, from where, before and after", async () => {
    const { rows } = await stack.database.db.execute(sql`
      SELECT request_id, actor, ip_hash, user_agent, before IS NOT NULL AS has_before, after IS NOT NULL AS has_after
      FROM audit_log WHERE request_id IS NOT NULL`);
    const noted = Map.groupBy(z.array(auditRow).parse(rows), (row) => row.request_id);
    const wrong = asked.flatMap((one) => {
      const { operation, seat, own } = one;
      if (operation.method === "GET" || own.status >= 300 || overrides[operation.name]?.changesNothing)
        return [];
      const entries = noted.get(own.requestId) ?? [];
      const [entry] = entries;
      const isWhole =
        entry?.actor === String(seat.own) &&
        entry.ip_hash !== null &&
        entry.user_agent === "matrix" &&
        (entry.has_before || entry.has_after) &&
        (operation.method !== "DELETE" || entry.has_before);
      return entries.length === (overrides[operation.name]?.auditRows ?? 1) && isWhole
        ? []
        : [`${show(one)}: ${JSON.stringify(entries)}`];
    });
    expect(wrong).toEqual([]);
    const refused = asked
      .flatMap(({ own, foreign, absent }) => [own, foreign, absent])
      .filter(({ status, requestId }) => status >= 400 && noted.has(requestId));
    expect(refused).toEqual([]);
  });
});

test("threat 17 of what was handed out and typed in, nothing stands in the database as it is", async () => {
  const { db } = stack.database;
  const replies = asked.flatMap(({ own, foreign, absent }) => [own, foreign, absent]);
  const handedOut = [...new Set(replies.flatMap(({ text }) => secretsIn(text)))];
  const from = (pattern: RegExp) =>
    asked.filter(({ operation, own }) => pattern.test(operation.name) && secretsIn(own.text).length > 0);
  // A walk that hands out nothing proves nothing: each kind of secret was there.
  for (const kind of [
    /keys$/,
    /keys\/\{id\}\/rotate/,
    /invitations$/,
    /webhooks$/,
    /overlays\/.*rotate/,
    /admin\/tokens/,
  ])
    expect(from(kind).length, String(kind)).toBeGreaterThan(0);
  const canaries = [...handedOut, ...typedIn, jwtSecret, stack.serviceApiKey];
  expect(await findPlainSecrets(db, canaries)).toEqual([]);
  // Planted: were one of them written down, it would be found.
  const planted = canaries[0] ?? "";
  await db.execute(sql`UPDATE communities SET description = ${`so ${planted}`} WHERE id = ${foreignId}`);
  expect(await findPlainSecrets(db, canaries)).toContainEqual({
    table: "public.communities",
    what: "canary 0",
  });
});

/** Routes that serve each caller what is theirs, whatever community they name, or none. */
function isOpenToAll({ name }: Operation): boolean {
  return overrides[name]?.isOpenToAll !== undefined;
}

function show({ operation, seat, own, foreign, absent }: Asked): string {
  const said = foreign.text.slice(0, 160);
  return `${operation.name} as ${seat.role}: own ${own.status}, foreign ${foreign.status}, absent ${absent.status} ${said}`;
}
