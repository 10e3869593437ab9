import { expect, test } from "vitest";
import { toKeyBody } from "./to-key-body.ts";

test("an empty field asks for nothing, and scopes are words", () => {
  const values = {
    name: " bot ",
    roles: ["user"] as const,
    scopes: "  a  b:c ",
    expires_at: "",
    limit_per_minute: "",
  };
  expect(toKeyBody(values)).toEqual({ name: "bot", roles: ["user"], scopes: ["a", "b:c"] });
  const more = toKeyBody({ ...values, scopes: "", expires_at: "2030-01-02T03:04:00Z", limit_per_minute: 60 });
  expect(more).toMatchObject({ scopes: [], expires_at: "2030-01-02T03:04:00.000Z", limit_per_minute: 60 });
});
