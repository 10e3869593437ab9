import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { readStored, writeStored } from "#hub/ui/stored.ts";
import type { Texts } from "./en.ts";
import { catalogue, type Language, pickLanguage } from "./pick-language.ts";

interface Speech {
  language: Language;
  texts: Texts;
  speak: (language: Language) => void;
}

const SpeechContext = createContext<Speech | undefined>(undefined);

/** Speaks the browser's language until the person chooses another one. */
export function TextsProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(() =>
    pickLanguage([readStored("language") ?? "", ...navigator.languages]),
  );
  const texts = catalogue[language];

  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);

  const speech = useMemo(() => {
    const speak = (chosen: Language) => {
      writeStored("language", chosen);
      setLanguage(chosen);
    };
    return { language, texts, speak };
  }, [language, texts]);
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

/** The chosen language and how to change it. */
export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (speech === undefined) throw new Error("useSpeech outside of TextsProvider");
  return speech;
}

export function useTexts(): Texts {
  return useSpeech().texts;
}

/** Names the browser tab after the page. */
export function usePageTitle(title: string): void {
  const { product } = useTexts();
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
}
