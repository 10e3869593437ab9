import { NativeSelect } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { Membership } from "#hub/session/session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import styles from "./shell.module.css";

interface Props {
  communities: readonly Membership[];
  current: Membership;
}

/** Which community is looked at, and the way to the others. */
export function CommunitySwitch({ communities, current }: Props) {
  const { shell } = useTexts();
  const navigate = useNavigate();
  return (
    <NativeSelect
      className={styles.community}
      aria-label={shell.chooseCommunity}
      data-testid="community-switch"
      value={current.slug}
      data={communities.map(({ slug, name }) => ({ value: slug, label: name }))}
      onChange={({ currentTarget }) =>
        void navigate({ to: "/c/$slug", params: { slug: currentTarget.value } })
      }
    />
  );
}
