import { expect, test } from "vitest";
import { isEnough } from "./session.ts";

test("HUB-3 a member sees no admin page, a moderator may; the house's own pages are for super admins", () => {
  const opens = (role: string | undefined, isSuperAdmin = false) =>
    (["member", "moderator", "admin", "owner", "superAdmin"] as const).filter((need) =>
      isEnough(role, need, isSuperAdmin),
    );
  expect(opens(undefined)).toEqual([]);
  expect(opens("someone-new")).toEqual([]);
  expect(opens("member")).toEqual(["member"]);
  expect(opens("moderator")).toEqual(["member", "moderator"]);
  expect(opens("owner")).toEqual(["member", "moderator", "admin", "owner"]);
  expect(opens(undefined, true)).toEqual(["member", "moderator", "admin", "owner", "superAdmin"]);
});
