import { Button, Checkbox, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useChange } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import {
  completeTheme,
  joinColour,
  type ListedOverlay,
  listRoute,
  splitColour,
  type Theme,
} from "./overlay.ts";
import styles from "./page.module.css";
import { Preview } from "./preview.tsx";

/** How an overlay looks and sounds, with a preview that follows every change. */
export function Look({ overlay: { type, theme: saved } }: { overlay: ListedOverlay }) {
  const { look } = useTexts().overlays;
  const { id } = useCommunity();
  const [theme, setTheme] = useState<Theme>(() => completeTheme(saved));
  const change = (part: Partial<Theme>) => setTheme((before) => ({ ...before, ...part }));
  const save = useChange("PUT /api/v1/communities/{community_id}/overlays/{type}/theme", {
    refreshes: [listRoute],
    done: look.saved,
    onDone: (data) => setTheme(completeTheme(data.theme)),
  });
  const write = (body: Partial<Theme>) => save.mutate({ params: { community_id: id, type }, body });
  return (
    <Panel title={look.title} lead={look.lead} testId="overlay-look">
      <Preview type={type} theme={theme} />
      <div className={styles.fields}>
        <ColourFields theme={theme} onChange={change} />
        <NumberInput
          label={look.scale}
          value={theme.scale}
          min={0.5}
          max={3}
          step={0.1}
          onChange={(scale) => typeof scale === "number" && change({ scale })}
        />
        <TextInput
          label={look.font}
          description={look.fontHint}
          value={theme.font ?? ""}
          onChange={({ currentTarget }) => change({ font: currentTarget.value || null })}
        />
        <PlaceFields theme={theme} onChange={change} />
        <SoundFields theme={theme} onChange={change} />
        {(type === "chat" || type === "scene") && (
          <NumberInput
            label={look.maxLines}
            value={theme.maxLines}
            min={1}
            max={50}
            onChange={(maxLines) => typeof maxLines === "number" && change({ maxLines })}
          />
        )}
      </div>
      {type === "scene" && <SceneParts theme={theme} onChange={change} />}
      <div className={styles.actions}>
        <Button onClick={() => write(theme)} loading={save.isPending} data-testid="overlay-save-look">
          {look.save}
        </Button>
        <Button variant="subtle" onClick={() => write({})}>
          {look.reset}
        </Button>
      </div>
    </Panel>
  );
}

interface FieldsProps {
  theme: Theme;
  onChange: (part: Partial<Theme>) => void;
}

function ColourFields({ theme, onChange }: FieldsProps) {
  const { look } = useTexts().overlays;
  const back = splitColour(theme.backgroundColor);
  return (
    <>
      <TextInput
        type="color"
        label={look.text}
        value={splitColour(theme.textColor).rgb}
        onChange={({ currentTarget }) => onChange({ textColor: currentTarget.value })}
      />
      <TextInput
        type="color"
        label={look.accent}
        value={splitColour(theme.accentColor).rgb}
        onChange={({ currentTarget }) => onChange({ accentColor: currentTarget.value })}
        data-testid="overlay-accent"
      />
      <TextInput
        type="color"
        label={look.background}
        value={back.rgb}
        onChange={({ currentTarget }) =>
          onChange({ backgroundColor: joinColour(currentTarget.value, back.percent) })
        }
      />
      <NumberInput
        label={look.opacity}
        value={back.percent}
        min={0}
        max={100}
        suffix=" %"
        onChange={(percent) =>
          typeof percent === "number" && onChange({ backgroundColor: joinColour(back.rgb, percent) })
        }
      />
    </>
  );
}

function PlaceFields({ theme, onChange }: FieldsProps) {
  const { look } = useTexts().overlays;
  const places = positions.map((value) => ({ value, label: look.positions[value] }));
  const moves = animations.map((value) => ({ value, label: look.animations[value] }));
  return (
    <>
      <NativeSelect
        label={look.position}
        data={[{ value: "", label: look.usualPlace }, ...places]}
        value={theme.position ?? ""}
        onChange={({ currentTarget }) =>
          onChange({ position: positions.find((place) => place === currentTarget.value) ?? null })
        }
      />
      <NativeSelect
        label={look.animation}
        data={moves}
        value={theme.animation}
        onChange={({ currentTarget }) => {
          const animation = animations.find((move) => move === currentTarget.value);
          if (animation) onChange({ animation });
        }}
      />
    </>
  );
}

const positions = [
  "top-left",
  "top",
  "top-right",
  "left",
  "center",
  "right",
  "bottom-left",
  "bottom",
  "bottom-right",
] as const;
const animations = ["none", "fade", "slide", "pop"] as const;

function SoundFields({ theme: { sound, speech }, onChange }: FieldsProps) {
  const { look } = useTexts().overlays;
  const volume = sound?.volume ?? 0.5;
  return (
    <>
      <TextInput
        type="url"
        label={look.sound}
        description={look.soundHint}
        value={sound?.url ?? ""}
        onChange={({ currentTarget: { value } }) =>
          onChange({ sound: value ? { url: value, volume } : null })
        }
      />
      {sound && (
        <NumberInput
          label={look.volume}
          value={Math.round(volume * 100)}
          min={0}
          max={100}
          suffix=" %"
          onChange={(percent) =>
            typeof percent === "number" && onChange({ sound: { ...sound, volume: percent / 100 } })
          }
        />
      )}
      <Checkbox
        label={look.speech}
        checked={speech !== null}
        onChange={({ currentTarget: { checked } }) =>
          onChange({ speech: checked ? { language: null, rate: 1, volume: 1 } : null })
        }
      />
    </>
  );
}

function SceneParts({ theme: { parts }, onChange }: FieldsProps) {
  const { look, types } = useTexts().overlays;
  const all = ["ticker", "media", "music", "general", "alerts", "form", "chat", "goal", "captions"] as const;
  return (
    <Checkbox.Group label={look.parts} mb="md" value={parts}>
      <div className={styles.fields}>
        {all.map((part) => (
          <Checkbox
            key={part}
            value={part}
            label={types[part]}
            onChange={({ currentTarget: { checked } }) =>
              onChange({ parts: all.filter((one) => (one === part ? checked : parts.includes(one))) })
            }
          />
        ))}
      </div>
    </Checkbox.Group>
  );
}
