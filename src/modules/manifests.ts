import type { ModuleManifest } from "#contracts/module";
import { manifest as alerts } from "#modules/alerts/manifest";
import { manifest as alias } from "#modules/alias/manifest";
import { manifest as community } from "#modules/community/manifest";
import { manifest as core } from "#modules/core/manifest";
import { manifest as identity } from "#modules/identity/manifest";
import { manifest as memories } from "#modules/memories/manifest";

/** Every module of our own. `npm run new:module` adds to it; the channel objects and the api read it. */
export const manifests: readonly ModuleManifest[] = [alerts, alias, community, core, identity, memories];
