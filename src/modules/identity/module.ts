import { implementModule } from "#module-kit/module";
import { identity as identityCommand } from "#modules/identity/commands/identity";
import { verify } from "#modules/identity/commands/verify";
import { whoami } from "#modules/identity/commands/whoami";
import { manifest } from "#modules/identity/manifest";
import { makePeopleStore } from "#modules/identity/store";

export const identity = implementModule({
  manifest,
  handlers: { identity: identityCommand, verify, whoami },
  // Who somebody is is no community's (docs/decisions/0041).
  makeDeps: (_, wider) => ({ people: makePeopleStore(wider.everywhere()) }),
});
