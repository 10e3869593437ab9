import { createTheme, localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import { problemOf } from "#hub/api/problem.ts";
import { router } from "./routes.tsx";
import { sessionKey } from "./session/session.ts";
import { TextsProvider } from "./texts/use-texts.tsx";

// Mantine's scroll lock writes a style element, which the content security policy forbids.
const unlocked = { defaultProps: { lockScroll: false } };
const theme = createTheme({
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: { Modal: unlocked, Drawer: unlocked },
});
const colorSchemeManager = localStorageColorSchemeManager({ key: "waddlebot.colours" });

const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      // A session that ended while the page was open: the gates lead to the sign-in page and back.
      if (problemOf(error).kind === "signedOut" && query.queryKey[0] !== sessionKey[0])
        void queryClient.invalidateQueries({ queryKey: sessionKey });
    },
  }),
  // A retry is the person's choice or a query's own; a wave of them would only hide that something is down.
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, staleTime: 5000 } },
});

/**
 * The hub. Mantine writes no style elements at run time: its variables come from `ui/theme.css`,
 * so a content security policy of `style-src 'self'` holds.
 */
export function App({ first }: { first: ComponentProps<typeof TextsProvider>["first"] }) {
  return (
    <QueryClientProvider client={queryClient}>
      <MantineProvider
        theme={theme}
        colorSchemeManager={colorSchemeManager}
        defaultColorScheme="auto"
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <TextsProvider first={first}>
          <RouterProvider router={router} />
        </TextsProvider>
      </MantineProvider>
    </QueryClientProvider>
  );
}
