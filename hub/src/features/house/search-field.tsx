import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useTexts } from "#hub/texts/use-texts.tsx";

/** Looks while somebody types, a moment after the last letter. */
export function SearchField({ onSearch }: { onSearch: (words: string) => void }) {
  const { house } = useTexts();
  const later = useDebouncedCallback(onSearch, 250);
  return (
    <search>
      <TextInput
        label={house.search}
        placeholder={house.searchHint}
        maxLength={100}
        mb="md"
        onChange={({ currentTarget: { value } }) => later(value.trim())}
        data-testid="search"
      />
    </search>
  );
}
