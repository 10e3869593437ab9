import { CatchBoundary, Link, Outlet, useLocation, useRouter } from "@tanstack/react-router";
import { lazy, Suspense, useSyncExternalStore } from "react";
import { useSession } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { LinkButton } from "#hub/ui/link-button.tsx";
import { Penguin } from "#hub/ui/penguin.tsx";
import { toastCorner } from "#hub/ui/toast.ts";
import { Account } from "./account.tsx";
import { CommunitySwitch } from "./community-switch.tsx";
import { CrashNotice } from "./crash-notice.tsx";
import { useCurrentCommunity } from "./current-community.ts";
import { Menu } from "./menu.tsx";
import { MenuButton } from "./menu-button.tsx";
import { destinationsFor } from "./navigation.ts";
import { PaletteButton } from "./palette-button.tsx";
import styles from "./shell.module.css";
import { ColourSwitch, LanguageSwitch } from "./switches.tsx";

const ToastCorner = lazy(async () => ({ default: (await import("#hub/ui/toast-corner.tsx")).ToastCorner }));

function Toasts() {
  const isWanted = useSyncExternalStore(toastCorner.subscribe, toastCorner.isWanted);
  return <Suspense>{isWanted && <ToastCorner />}</Suspense>;
}

/** What every page stands in: the mark, the way around, and the two switches. */
export function Shell() {
  const texts = useTexts();
  const session = useSession();
  const community = useCurrentCommunity(session);
  const here = useLocation({ select: ({ pathname }) => pathname });
  const { routesById } = useRouter();
  const destinations = destinationsFor(Object.values(routesById), session, community);
  return (
    <>
      <a className={styles.skip} href="#content">
        {texts.shell.skip}
      </a>
      <header className={styles.header}>
        {session && (
          <MenuButton>
            {(close) => (
              <>
                <Menu destinations={destinations} onChoose={close} />
                <Account session={session} />
              </>
            )}
          </MenuButton>
        )}
        <Link className={styles.brand} to="/" aria-label={texts.shell.home}>
          <Penguin size={34} />
          <span className={styles.name}>{texts.product}</span>
        </Link>
        {session && community && <CommunitySwitch communities={session.communities} current={community} />}
        <div className={styles.between} />
        {session && <PaletteButton destinations={destinations} session={session} />}
        <LanguageSwitch />
        <ColourSwitch />
        {session === null && (
          <LinkButton to="/sign-in" size="compact-md" data-testid="to-sign-in">
            {texts.shell.signIn}
          </LinkButton>
        )}
      </header>
      <div className={styles.frame} data-menu={Boolean(session) || undefined}>
        {session && (
          <div className={styles.side}>
            <Menu destinations={destinations} />
            <Account session={session} />
          </div>
        )}
        <main id="content" className={styles.content} tabIndex={-1}>
          <CatchBoundary getResetKey={() => here} errorComponent={CrashNotice}>
            <Outlet />
          </CatchBoundary>
        </main>
      </div>
      <Toasts />
    </>
  );
}
