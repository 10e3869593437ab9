import { ActionIcon, SegmentedControl, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { isLanguage, languages } from "#hub/texts/pick-language.ts";
import { useSpeech } from "#hub/texts/use-texts.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import styles from "./shell.module.css";

export function LanguageSwitch() {
  const { language, texts, speak } = useSpeech();
  return (
    <SegmentedControl
      size="xs"
      aria-label={texts.shell.language}
      data-testid="language-switch"
      classNames={{ root: styles.languages, indicator: styles.languageMark, label: styles.language }}
      value={language}
      onChange={(tag) => isLanguage(tag) && speak(tag)}
      data={Object.entries(languages).map(([value, { name }]) => ({
        value,
        label: (
          <span lang={value} title={name}>
            {value.toUpperCase()}
          </span>
        ),
      }))}
    />
  );
}

export function ColourSwitch() {
  const { shell } = useSpeech().texts;
  // Mantine would hold transitions back with an inline style element, which the content security policy forbids.
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const isDark = useComputedColorScheme("light") === "dark";
  const label = isDark ? shell.toLight : shell.toDark;
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={label}
      title={label}
      data-testid="colour-switch"
      onClick={() => setColorScheme(isDark ? "light" : "dark")}
    >
      <Icon name={isDark ? "sun" : "moon"} />
    </ActionIcon>
  );
}
