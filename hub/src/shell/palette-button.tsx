import { ActionIcon } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { type ComponentProps, lazy, Suspense, useState } from "react";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Icon } from "#hub/ui/icon.tsx";

const loadPalette = () => import("./palette.tsx");
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }));

/** Opens the command palette; so does Ctrl+K (⌘K). */
export function PaletteButton(props: ComponentProps<typeof Palette>) {
  const { shell } = useTexts();
  const [isWanted, setWanted] = useState(false);
  const open = () => {
    if (!isWanted) return setWanted(true);
    void import("@mantine/spotlight").then(({ spotlight }) => spotlight.open());
  };
  // Once it is there, the palette listens to its shortcut itself.
  useHotkeys(isWanted ? [] : [["mod+K", () => setWanted(true)]], []);
  return (
    <>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={shell.search}
        title={`${shell.search} (Ctrl K)`}
        aria-keyshortcuts="Control+K Meta+K"
        data-testid="open-palette"
        onClick={open}
        onPointerEnter={() => void loadPalette()}
      >
        <Icon name="search" />
      </ActionIcon>
      {isWanted && (
        <Suspense>
          <Palette {...props} />
        </Suspense>
      )}
    </>
  );
}
