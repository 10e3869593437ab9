import type { Clock } from "#simulators/clock";
import { serveLocally } from "#simulators/http-server";
import { makeSimulatorSecrets } from "#simulators/secrets";
import { type SimulatorOptions, type Simulators, startSimulators } from "#simulators/server";

export interface EdgeRequest {
  path: string;
  headers: Headers;
  body: string;
}

export interface FakeEdge {
  url: string;
  requests: EdgeRequest[];
  /** Changes what is answered from now on. */
  answerWith(answer: EdgeAnswering): void;
  close(): Promise<void>;
}

/** `count` is how many requests came before this one. */
export type EdgeAnswering = (request: EdgeRequest, count: number) => Response | Promise<Response>;

/** A real server in the place of our edge, for tests of the sending side: it keeps what came and answers as told. */
export async function startFakeEdge(answering: EdgeAnswering = () => new Response(null, { status: 204 })) {
  const requests: EdgeRequest[] = [];
  let answer = answering;
  const server = await serveLocally(0, async (request) => {
    const received = {
      path: new URL(request.url).pathname,
      headers: request.headers,
      body: await request.text(),
    };
    requests.push(received);
    return answer(received, requests.length - 1);
  });
  const edge: FakeEdge = {
    ...server,
    requests,
    answerWith(next) {
      answer = next;
    },
  };
  return edge;
}

export interface Stage extends AsyncDisposable {
  edge: FakeEdge;
  simulators: Simulators;
}

/** An edge and the simulators in front of it, seeded, with pauses a thousandth as long. */
export async function setStage(
  answering?: EdgeAnswering,
  options: Partial<SimulatorOptions> = {},
): Promise<Stage> {
  const edge = await startFakeEdge(answering);
  const simulators = await startSimulators({
    port: 0,
    edgeUrl: edge.url,
    secrets: makeSimulatorSecrets(),
    seed: 1,
    delayScale: 0.001,
    ...options,
  });
  return {
    edge,
    simulators,
    async [Symbol.asyncDispose]() {
      await simulators.close();
      await edge.close();
    },
  };
}

export interface FakeClock extends Clock {
  advance(ms: number): void;
}

/** Stands still until told; nobody ever waits. */
export function makeFakeClock(start = Date.UTC(2026, 0, 2, 3, 4, 5)): FakeClock {
  let time = start;
  return {
    now: () => time,
    sleep: async () => {},
    advance(ms) {
      time += ms;
    },
  };
}
