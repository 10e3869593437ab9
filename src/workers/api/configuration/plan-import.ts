import { type ConfigKind, type ConfigState, isSameJson } from "#contracts/config-version";
import { manifests } from "#modules/manifests";
import type { ObjectChange } from "#workers/api/configuration/change-statements";
import type { ConfigurationFile } from "#workers/api/configuration/configuration-file";
import type { ConfigurationStates } from "#workers/api/configuration/state-store";
import {
  commandState,
  communityState,
  moduleState,
  type ReadState,
  ruleState,
  timerState,
  webhookState,
} from "#workers/api/configuration/to-states";
import type { FieldProblem } from "#workers/shared/envelope";

export type ImportPlan = { ok: true; changes: ObjectChange[] } | { ok: false; problems: FieldProblem[] };

/** What would have to change for the community to be as the file says. Every field that cannot be is named by its place. */
export function planImport(file: ConfigurationFile, now: ConfigurationStates): ImportPlan {
  const problems: FieldProblem[] = [];
  const read = <T>(section: string, items: readonly T[] | undefined, toState: (item: T) => ReadState) =>
    items?.map((item, index) => {
      const found = toState(item);
      if (found.ok) return found.state;
      for (const { field, message } of found.problems)
        problems.push({ field: `${section}.${index}.${field}`, message });
      return {};
    });
  const commands = read("commands", file.commands, commandState);
  const rules = read("string_rules", file.string_rules, ruleState);
  const timers = read("timers", file.timers, (item) => inOwnChannel(item.entity_id, now) ?? timerState(item));
  const modules = read("modules", file.modules, moduleState);
  const webhooks = read("webhooks", file.webhooks, webhookState);
  const [community] = now.of("community");
  const wordOf = (state: ConfigState) => `${state["prefix"]}${state["name"]}`;
  const known = new Set([...now.words.keys(), ...(commands ?? []).map(wordOf)]);
  const switches = read("command_switches", file.command_switches, (item) => {
    const word = item.prefix + item.command;
    if (!known.has(word)) return no("command", "There is no such command here");
    const elsewhere = inOwnChannel(item.entity_id, now);
    return elsewhere ?? { ok: true, state: { word, entity_id: item.entity_id, is_enabled: item.is_enabled } };
  });
  if (problems.length > 0) return { ok: false, problems };
  const byIdOrContent = (kind: ConfigKind, wanted: ConfigState[] | undefined, ids: readonly unknown[]) =>
    wanted ? matchNumbered(kind, now.of(kind), wanted, ids) : [];
  return {
    ok: true,
    changes: [
      ...(commands ? matchNamed("command", ownCommands(now), commands, wordOf) : []),
      ...(switches ? matchSwitches(now, switches) : []),
      ...byIdOrContent("string_rule", rules, idsOf(file.string_rules)),
      ...byIdOrContent("timer", timers, idsOf(file.timers)),
      ...(modules ? matchNamed("module", now.of("module"), modules, (state) => String(state["module"])) : []),
      ...byIdOrContent("outgoing_webhook", webhooks, idsOf(file.webhooks)),
      ...(file.community && community
        ? changed("community", community, communityState(file.community, community))
        : []),
    ],
  };
}

/** Words that a module keeps by itself, as aliases are, come and go with what the module holds. */
export function ownCommands(now: ConfigurationStates): ConfigState[] {
  return now.of("command").filter((state) => {
    const manifest = state["target"] === null && manifests.find(({ name }) => name === state["module"]);
    if (!manifest) return true;
    return (
      manifest.commands.some(({ handler }) => handler === state["handler"]) ||
      (manifest.on.length > 0 && state["handler"] === "event")
    );
  });
}

function idsOf(items: readonly { id?: number | undefined }[] | undefined): unknown[] {
  return (items ?? []).map(({ id }) => id);
}

const no = (field: string, message: string): ReadState => ({ ok: false, problems: [{ field, message }] });

function inOwnChannel(entityId: string, now: ConfigurationStates): ReadState | undefined {
  return now.entityIds.has(entityId) ? undefined : no("entity_id", "Is no channel of this community");
}

function changed(kind: ConfigKind, before: ConfigState | null, after: ConfigState | null): ObjectChange[] {
  return isSameJson(before, after) ? [] : [{ kind, before, after }];
}

/** Objects that a name tells apart; of two under one name in the file the later counts. */
function matchNamed(
  kind: ConfigKind,
  current: readonly ConfigState[],
  wanted: readonly ConfigState[],
  nameOf: (state: ConfigState) => string,
): ObjectChange[] {
  const held = new Map(current.map((state) => [nameOf(state), state]));
  const asked = new Map(wanted.map((state) => [nameOf(state), state]));
  const gone = [...held].filter(([name]) => !asked.has(name)).map(([, state]) => state);
  return [
    ...[...asked].flatMap(([name, state]) => {
      const before = held.get(name) ?? null;
      return changed(kind, before, before ? { ...before, ...state } : state);
    }),
    ...gone.flatMap((state) => changed(kind, state, null)),
  ];
}

/** Objects without a name: the row the file's number means, else one that is just so, else a new one. */
function matchNumbered(
  kind: ConfigKind,
  current: readonly ConfigState[],
  wanted: readonly ConfigState[],
  ids: readonly unknown[],
): ObjectChange[] {
  const free = new Map(current.map((state) => [state["id"], state]));
  const take = (state: ConfigState | undefined) => {
    if (state) free.delete(state["id"]);
    return state;
  };
  const byId = wanted.map((_, index) => take(free.get(ids[index])));
  const changes = wanted.flatMap((state, index) => {
    const same = [...free.values()].find((one) => isSameJson(one, { id: one["id"], ...state }));
    const before = byId[index] ?? take(same) ?? null;
    return changed(kind, before, before ? { ...before, ...state } : state);
  });
  return [...changes, ...[...free.values()].flatMap((state) => changed(kind, state, null))];
}

/** By channel and word. One of a command that is only made now has no number yet: `withNewIds` gives it. */
function matchSwitches(now: ConfigurationStates, wanted: readonly ConfigState[]): ObjectChange[] {
  const idOf = (word: unknown) => now.words.get(String(word))?.id ?? word;
  const states = wanted.map(({ word, ...rest }) => ({ command_id: idOf(word), ...rest }));
  const nameOf = (state: ConfigState) => `${state["command_id"]} ${state["entity_id"]}`;
  return matchNamed("command_switch", now.of("command_switch"), states, nameOf);
}

/** New commands with the numbers they will have, and the switches that speak of them. */
export function withNewIds(changes: readonly ObjectChange[], ids: readonly number[]): ObjectChange[] {
  const isNew = ({ kind, before }: ObjectChange) => kind === "command" && before === null;
  const numbers = new Map(
    changes.filter(isNew).map(({ after }, index) => [`${after?.["prefix"]}${after?.["name"]}`, ids[index]]),
  );
  return changes.map((change) => {
    const { kind, after } = change;
    if (isNew(change))
      return { ...change, after: { ...after, id: numbers.get(`${after?.["prefix"]}${after?.["name"]}`) } };
    const word = after?.["command_id"];
    if (kind !== "command_switch" || typeof word !== "string") return change;
    return { ...change, after: { ...after, command_id: numbers.get(word) } };
  });
}
