import { expect, test } from "vitest";
import type { EgressRequest, EgressResponse } from "#contracts/egress";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { callThroughAnyGateway } from "#durable-objects/gateway-link/any-gateway";

const request: EgressRequest = { url: "https://discord.example/x", method: "POST", headers: {}, body: "{}" };
const answer: EgressResponse = { status: 200, headers: {}, body: "{}" };
const away = refuse("unavailable", { message: "the gateway is not connected" });

function aHouse(links: Record<string, Outcome<EgressResponse>>, rings: (readonly string[] | Error)[]) {
  const asked: string[] = [];
  return {
    asked,
    routes: {
      rings: rings.map((ring) => ({
        nodes: async () => {
          if (ring instanceof Error) throw ring;
          return ring;
        },
      })),
      linkOf: (gatewayId: string) => ({
        egress: async () => {
          asked.push(gatewayId);
          return links[gatewayId] ?? away;
        },
      }),
    },
  };
}

test("T15 of two gateways the one that is connected calls, whatever its name", async () => {
  const { asked, routes } = aHouse({ east: away, west: succeed(answer) }, [["east", "west"]]);
  expect(await callThroughAnyGateway(request, routes)).toEqual(succeed(answer));
  expect(asked).toEqual(["east", "west"]);
});

test("T15 a call that may have been made is made by nobody else", async () => {
  const cut = refuse("unknown", { message: "cut off" });
  const { asked, routes } = aHouse({ east: cut, west: succeed(answer) }, [["east", "west"]]);
  expect(await callThroughAnyGateway(request, routes)).toEqual(cut);
  expect(asked).toEqual(["east"]);
});

test("T15 a ring that cannot be asked hides no other, and each gateway is asked once", async () => {
  const { asked, routes } = aHouse({}, [new Error("away"), ["east", "main"], ["main"]]);
  expect(await callThroughAnyGateway(request, routes)).toMatchObject({ ok: false, code: "unavailable" });
  expect(asked).toEqual(["east", "main"]);
});
