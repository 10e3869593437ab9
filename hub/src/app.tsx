import { createTheme, localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RehearsalPage } from "./features/rehearsal/page.tsx";
import { TextsProvider } from "./texts/use-texts.tsx";
import { CrashNet } from "./ui/crash-net.tsx";
import { NotFoundPage } from "./ui/not-found-page.tsx";
import { Shell } from "./ui/shell.tsx";

const theme = createTheme({ defaultRadius: "md", cursorType: "pointer", respectReducedMotion: true });
const colorSchemeManager = localStorageColorSchemeManager({ key: "waddlebot.colours" });

// `ask` never throws, so a retry by the query client would never happen; each query decides for itself.
const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } },
});

/** Rehearsal is the first page; with more pages comes a router. */
function CurrentPage({ path }: { path: string }) {
  return path === "/" || path === "/rehearsal" ? <RehearsalPage /> : <NotFoundPage />;
}

/**
 * The hub. Mantine writes no style elements at run time: its variables come from `ui/theme.css`,
 * so a content security policy of `style-src 'self'` holds.
 */
export function App() {
  const path = location.pathname.replace(/(.)\/$/, "$1");
  return (
    <QueryClientProvider client={queryClient}>
      <MantineProvider
        theme={theme}
        colorSchemeManager={colorSchemeManager}
        defaultColorScheme="auto"
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <TextsProvider>
          <Shell path={path}>
            <CrashNet>
              <CurrentPage path={path} />
            </CrashNet>
          </Shell>
        </TextsProvider>
      </MantineProvider>
    </QueryClientProvider>
  );
}
