import { DurableObject } from "cloudflare:workers";
import type { NameAnswer, NamePlace } from "#contracts/people-names";
import { Names } from "#durable-objects/name-book/names";

export interface NameBookDeps<Env> {
  now(): number;
  /** Asks the platform; given from above, because an object knows no platform and holds no token. */
  ask(env: Env, place: NamePlace, id: string): Promise<NameAnswer>;
}

/** The class of the object that keeps the names of one workspace; its name is platform and server. */
export function makeNameBook<Env>(deps: NameBookDeps<Env>) {
  return class NameBook extends DurableObject<Env> {
    #names: Names;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      this.#names = new Names(ctx.storage, deps.now);
    }

    async namesOf(place: NamePlace, ids: readonly string[]): Promise<Record<string, string>> {
      return this.#names.namesOf(ids, (id) => deps.ask(this.env, place, id));
    }
  };
}

/** One book for each workspace, whichever channels or communities meet its people. */
export function nameBookName({ platform, server }: Pick<NamePlace, "platform" | "server">): string {
  return `${platform}/${server}`;
}
