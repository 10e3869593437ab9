import { expect, test } from "vitest";
import { type NetworkValues, toNetworkBody } from "./to-network-body.ts";

const values: NetworkValues = {
  host: "irc.example.net",
  port: 6697,
  tls: true,
  nick: " waddle ",
  flavour: "irc",
  poll_seconds: "",
  password: "",
  dropPassword: false,
  sasl: { account: "", password: "" },
  enabled: true,
};

test("IRC-1 an empty password keeps what there is, and an empty account logs in nowhere", () => {
  expect(toNetworkBody(values)).toEqual({
    ...{
      port: 6697,
      tls: true,
      nick: "waddle",
      flavour: "irc",
      poll_seconds: null,
      enabled: true,
      sasl: null,
    },
  });
});

test("IRC-1 what was typed goes along, and forgetting wins over typing", () => {
  const typed = { ...values, poll_seconds: "60", password: "p", sasl: { account: "waddle", password: "s" } };
  expect(toNetworkBody(typed)).toMatchObject({
    ...{ poll_seconds: 60, password: "p", sasl: { account: "waddle", password: "s" } },
  });
  const kept = toNetworkBody({ ...typed, dropPassword: true, sasl: { account: "waddle", password: "" } });
  expect(kept).toMatchObject({ password: null });
  expect(kept.sasl).toEqual({ account: "waddle" });
});
