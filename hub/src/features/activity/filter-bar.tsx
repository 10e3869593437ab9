import { Chip, Group, NativeSelect, TextInput } from "@mantine/core";
import { messageTypes } from "#contracts/event";
import { type FeedFilter, feedKinds } from "#contracts/feed";
import { useTexts } from "#hub/texts/use-texts.tsx";
import styles from "./page.module.css";

interface Props {
  filter: FeedFilter;
  channels: readonly { entity_id: string; platform: string }[];
  onChoose: (filter: FeedFilter) => void;
}

/** Without a field rather than with an empty one: absent means everything. */
function without<K extends keyof FeedFilter>(filter: FeedFilter, key: K): Omit<FeedFilter, K> {
  const { [key]: _gone, ...rest } = filter;
  return rest;
}

/** What of a community's activity is shown. The server sends nothing else. */
export function FilterBar({ filter, channels, onChoose }: Props) {
  const { activity } = useTexts();
  const toggle = (kind: (typeof feedKinds)[number]) => {
    const shown = filter.kinds ?? feedKinds;
    const kinds = shown.includes(kind) ? shown.filter((one) => one !== kind) : [...shown, kind];
    onChoose(kinds.length === feedKinds.length ? without(filter, "kinds") : { ...filter, kinds: [...kinds] });
  };
  return (
    <search className={styles.filters}>
      <NativeSelect
        label={activity.channel}
        value={filter.entityId ?? ""}
        onChange={({ currentTarget: { value } }) =>
          onChoose(value === "" ? without(filter, "entityId") : { ...filter, entityId: value })
        }
        data={[
          { value: "", label: activity.allChannels },
          ...channels.map(({ entity_id }) => ({ value: entity_id, label: entity_id })),
        ]}
      />
      <NativeSelect
        label={activity.type}
        value={filter.types?.[0] ?? ""}
        onChange={({ currentTarget: { value } }) =>
          onChoose(value === "" ? without(filter, "types") : { ...filter, types: [value] })
        }
        data={[
          { value: "", label: activity.allTypes },
          ...messageTypes.map((type) => ({ value: type, label: type })),
        ]}
      />
      <TextInput
        label={activity.user}
        placeholder={activity.userHint}
        value={filter.user ?? ""}
        maxLength={100}
        data-testid="filter-user"
        onChange={({ currentTarget: { value } }) =>
          onChoose(value === "" ? without(filter, "user") : { ...filter, user: value })
        }
      />
      <fieldset className={styles.kinds}>
        <legend>{activity.kindLegend}</legend>
        <Group gap={6}>
          {feedKinds.map((kind) => (
            <Chip
              key={kind}
              size="sm"
              checked={(filter.kinds ?? feedKinds).includes(kind)}
              onChange={() => toggle(kind)}
              data-testid={`kind-${kind}`}
            >
              {activity.kinds[kind]}
            </Chip>
          ))}
        </Group>
      </fieldset>
    </search>
  );
}
