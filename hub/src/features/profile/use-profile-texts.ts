import { profile as de } from "#hub/texts/profile/de.ts";
import { profile as en } from "#hub/texts/profile/en.ts";
import { useSpeech } from "#hub/texts/use-texts.tsx";

/** The words of the profile page, which come with the page: nobody else needs them. */
export function useProfileTexts(): typeof en {
  const { language } = useSpeech();
  return { en, de }[language];
}
