import type { Role } from "#contracts/role";
import { runInProcess } from "#module-kit/run-in-process";
import { community } from "#modules/community/module";
import type { CommunityStore, Place, Speaker } from "#modules/community/store";

interface Row extends Omit<Place, "role" | "members"> {
  nameKey: string;
  members: Map<string, Role>;
}

/** The module over a store that forgets; `clock.now` is the time. */
export function makeFake() {
  const clock = { now: 1_800_000_000_000 };
  const { store, rows } = makeFakeStore();
  return { ...runInProcess(community, { store, now: () => clock.now }), clock, rows };
}

function makeFakeStore() {
  const rows: Row[] = [];
  const contexts = new Map<string, { id: number; end: number }>();
  const keyOf = ({ userKey, entityId }: Speaker) => `${userKey} ${entityId}`;
  const byId = (id: number) => rows.find((row) => row.id === id);

  const store: CommunityStore = {
    accountsOf: async (userKey) => [userKey],
    async findMine([userKey = ""], which) {
      return rows
        .filter((row) => row.members.has(userKey))
        .filter((row) => {
          if (which === "all") return true;
          if ("id" in which) return row.id === which.id;
          return row.slug === which.word || row.nameKey === which.nameKey;
        })
        .map(({ members, nameKey: _, ...row }) => {
          return { ...row, members: members.size, role: members.get(userKey) ?? "member" };
        });
    },
    async contextOf(who, now) {
      const found = contexts.get(keyOf(who));
      return found && found.end > now.getTime() ? found.id : undefined;
    },
    async setContext(who, id, end) {
      contexts.set(keyOf(who), { id, end: end.getTime() });
    },
    async create(fields, { actor }) {
      const known = rows.find((row) => row.nameKey === fields.nameKey);
      if (known) return known.members.get(actor) === "owner" ? known : "name";
      const { name, nameKey, description, type } = fields;
      const members = new Map<string, Role>([[actor, "owner"]]);
      const row = {
        id: rows.length + 2,
        slug: `c${rows.length + 2}`,
        name,
        nameKey,
        description,
        type,
        members,
      };
      rows.push(row);
      return row;
    },
    mayBring: async () => false,
    addChannel: async () => "done",
    async addUser(userKey, id) {
      const members = byId(id)?.members;
      if (members && !members.has(userKey)) members.set(userKey, "member");
    },
    install: async (module) => ({ isKnown: module === "core", known: ["core"] }),
    async leave(userKey, id) {
      const members = byId(id)?.members;
      const owners = [...(members?.values() ?? [])].filter((role) => role === "owner").length;
      if (members?.get(userKey) === "owner" && owners < 2) return "last owner";
      members?.delete(userKey);
      return "left";
    },
    memberNames: async (id) => [...(byId(id)?.members.keys() ?? [])],
  };
  return { store, rows };
}
