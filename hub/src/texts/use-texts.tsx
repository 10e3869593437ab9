import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { readStored, writeStored } from "#hub/ui/stored.ts";
import type { Texts } from "./en.ts";
import { type Language, languages, pickLanguage } from "./pick-language.ts";

export interface Spoken {
  language: Language;
  texts: Texts;
}

interface Speech extends Spoken {
  speak: (language: Language) => void;
}

const SpeechContext = createContext<Speech | undefined>(undefined);

/** The browser's language, or the one the person chose on an earlier visit, with its texts. */
export async function loadSpoken(): Promise<Spoken> {
  const language = pickLanguage([readStored("language") ?? "", ...navigator.languages]);
  return { language, texts: await languages[language].load() };
}

/** Speaks `first` until the person chooses another language. */
export function TextsProvider({ first, children }: { first: Spoken; children: ReactNode }) {
  const [spoken, setSpoken] = useState(first);

  useEffect(() => {
    document.documentElement.lang = spoken.language;
  }, [spoken.language]);

  const speech = useMemo(() => {
    const change = async (language: Language) => {
      const texts = await languages[language].load();
      writeStored("language", language);
      setSpoken({ language, texts });
    };
    return { ...spoken, speak: (language: Language) => void change(language) };
  }, [spoken]);
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
