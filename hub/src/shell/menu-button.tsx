import { ActionIcon } from "@mantine/core";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import styles from "./shell.module.css";

const MenuDrawer = lazy(async () => ({ default: (await import("./menu-drawer.tsx")).MenuDrawer }));

/** Opens the menu where the screen is too narrow to show it always. */
export function MenuButton({ children }: { children: (close: () => void) => ReactNode }) {
  const { shell } = useTexts();
  const [state, setState] = useState<"unused" | "open" | "closed">("unused");
  const close = () => setState("closed");
  return (
    <>
      <ActionIcon
        className={styles.narrowOnly}
        variant="default"
        size="lg"
        aria-label={shell.openNavigation}
        data-testid="open-menu"
        onClick={() => setState("open")}
      >
        <Icon name="menu" />
      </ActionIcon>
      {state !== "unused" && (
        <Suspense>
          <MenuDrawer isOpen={state === "open"} onClose={close}>
            {children(close)}
          </MenuDrawer>
        </Suspense>
      )}
    </>
  );
}
