import { implementModule } from "#module-kit/module";
import { community as communityCommand } from "#modules/community/commands/community";
import { create } from "#modules/community/commands/create";
import { manifest } from "#modules/community/manifest";
import { makeCommunityStore } from "#modules/community/store";

export const community = implementModule({
  manifest,
  handlers: { community: communityCommand, create },
  makeDeps: (_, wider) => ({ store: makeCommunityStore(wider), now: () => Date.now() }),
});
