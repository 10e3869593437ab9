import { useSpeech } from "../use-texts.tsx";
import { profile as de } from "./de.ts";
import { profile as en } from "./en.ts";

/** The words of the profile page, which come with the page: nobody else needs them. */
export function useProfileTexts(): typeof en {
  const { language } = useSpeech();
  return { en, de }[language];
}
