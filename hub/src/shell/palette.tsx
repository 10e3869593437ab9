import { Spotlight, type SpotlightActionData, spotlight } from "@mantine/spotlight";
import "@mantine/spotlight/styles.css";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import type { Session } from "#hub/session/session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import type { Destination } from "./navigation.ts";

interface Props {
  destinations: readonly Destination[];
  session: Session;
}

/** Every page, and every community of this person, by name. Its code is fetched when it is asked for, so it opens itself. */
export function Palette({ destinations, session }: Props) {
  const texts = useTexts();
  const navigate = useNavigate();
  useEffect(() => spotlight.open(), []);
  const go = (href: string) => () => void navigate({ href });
  const pages: SpotlightActionData[] = destinations.map(({ href, icon, label, group }) => ({
    id: href,
    label: label(texts),
    description: texts.shell.groups[group],
    leftSection: <Icon name={icon} />,
    onClick: go(href),
  }));
  const communities: SpotlightActionData[] = session.communities.map(({ slug, name }) => ({
    id: `community-${slug}`,
    label: name,
    leftSection: <Icon name="home" />,
    onClick: go(`/c/${slug}`),
  }));
  return (
    <Spotlight
      shortcut={["mod + K"]}
      lockScroll={false}
      highlightQuery
      scrollable
      maxHeight={420}
      nothingFound={texts.palette.nothing}
      searchProps={{
        placeholder: texts.palette.placeholder,
        "aria-label": texts.shell.search,
        leftSection: <Icon name="search" />,
      }}
      actions={[
        { group: texts.palette.pages, actions: pages },
        { group: texts.palette.communities, actions: communities },
      ]}
    />
  );
}
