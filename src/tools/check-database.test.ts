import { expect, test } from "vitest";
import { checkDatabase, checkVersion, describeDatabase } from "#tools/check-database";
import { findFreePort } from "#tools/free-port";

test("an unreachable DATABASE_URL is one sentence without the password", async () => {
  const port = await findFreePort();
  const refused = checkDatabase(`postgres://bot:s3cret-pass@127.0.0.1:${port}/club`);
  await expect(refused).rejects.toThrow(
    `The database 127.0.0.1:${port}/club does not answer: check DATABASE_URL, or unset it to use the bundled PostgreSQL.`,
  );
  await expect(refused).rejects.not.toThrow("s3cret-pass");
});

test("what is no connection string is refused before anything is tried", () => {
  expect(() => describeDatabase("mysql://root@host/db")).toThrow(
    "postgres://user:password@host:5432/database",
  );
  expect(() => describeDatabase("host=x")).toThrow("DATABASE_URL is no connection string");
  expect(describeDatabase("postgresql://u:p@db.example.org/club")).toBe("db.example.org:5432/club");
});

test("PostgreSQL 14 is refused, 15 is taken", () => {
  expect(() => checkVersion(140_011, "h:5432/d")).toThrow("is PostgreSQL 14: WaddleBot needs 15 or newer");
  expect(checkVersion(150_000, "h:5432/d")).toBeUndefined();
});
