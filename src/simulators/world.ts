import type { Clock } from "#simulators/clock";
import type { Deliver, Delivery } from "#simulators/delivery";
import type { SimulatedPlatform } from "#simulators/demo";
import type { Faults } from "#simulators/faults";
import type { Random } from "#simulators/random";
import type { Transcript } from "#simulators/transcript";

/** What all platforms of one simulation share. */
export interface World {
  clock: Clock;
  random: Random;
  faults: Faults;
  transcript: Transcript;
  deliver: Deliver;
  /** The simulators' own address; known once the server listens. */
  url(): string;
  /** Work nobody waits for; closing waits for it. */
  background(work: Promise<unknown>): void;
}

/** What a test gets back for one thing it sent. */
export interface Sent {
  /** Our event id, as the edge builds it. */
  eventId: string;
  status: Delivery["status"];
  /** The last HTTP status; null when none came in time. */
  httpStatus: number | null;
  attempts: number;
}

/** Something on its way: known at once, delivered later. */
export interface Dispatch<Result extends Sent = Sent> {
  eventId: string;
  /** The line in the transcript. */
  messageId: string;
  sent: Promise<Result>;
}

export interface Line {
  platform: SimulatedPlatform;
  entityId: string;
  author: { kind: "viewer" | "system"; name: string };
  text: string;
  eventId: string;
}

/** Writes the line into the transcript at once, and what came of it when the delivery ends. */
export function dispatchLine(world: World, line: Line, delivery: Promise<Delivery>): Dispatch {
  const { id } = world.transcript.add({ ...line, at: world.clock.now() });
  const sent = delivery.then((result) => {
    world.transcript.update(id, { attempts: result.attempts, delivery: result.status });
    return asSent(line.eventId, result);
  });
  world.background(sent);
  return { eventId: line.eventId, messageId: id, sent };
}

export function asSent(eventId: string, { status, attempts, answer }: Delivery): Sent {
  return { eventId, status, httpStatus: answer?.status ?? null, attempts };
}
