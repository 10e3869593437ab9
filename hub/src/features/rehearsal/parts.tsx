import { useTexts } from "#hub/texts/use-texts.tsx";
import { Avatar } from "./avatar.tsx";
import styles from "./parts.module.css";
import { sayRole } from "./say-role.ts";
import type { Connection } from "./use-stream.ts";
import type { StagePlatform, Viewer } from "./wire.ts";

/** Says in colour and words whether new lines arrive by themselves. */
export function ConnectionLight({ connection }: { connection: Connection }) {
  const { rehearsal } = useTexts();
  return (
    <output
      className={styles.light}
      data-testid="connection"
      data-state={connection}
      title={connection === "reconnecting" ? rehearsal.reconnectingHint : undefined}
    >
      <span className={styles.dot} />
      {rehearsal[connection]}
    </output>
  );
}

interface ViewerPickerProps {
  viewers: readonly Viewer[];
  chosen: Viewer;
  onChoose: (viewer: Viewer) => void;
}

/** Who writes. Plain radio buttons underneath, so arrow keys work. */
export function ViewerPicker({ viewers, chosen, onChoose }: ViewerPickerProps) {
  const texts = useTexts();
  return (
    <fieldset className={styles.viewers}>
      <legend>{texts.viewers.legend}</legend>
      <div className={styles.faces}>
        {viewers.map((viewer) => (
          <label key={viewer.id} className={styles.face} data-testid={`viewer-${viewer.id}`}>
            <input
              className="wb-hidden"
              type="radio"
              name="viewer"
              value={viewer.id}
              checked={viewer.id === chosen.id}
              onChange={() => onChoose(viewer)}
            />
            <Avatar name={viewer.name} size={30} />
            <span className={styles.faceText}>
              <span className={styles.faceName}>{viewer.name}</span>
              <span className={styles.faceRole}>{sayRole(viewer.role, texts)}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const suggestions = ["!help", '!quote add "Waddle on!" Pingu', "!quote", '!alias add hi "!quote"'] as const;

interface SuggestionsProps {
  platform: StagePlatform;
  /** What stands in that chat's input right now. */
  draft: string;
  onPick: (command: string) => void;
}

/** First words for newcomers. Picking one fills the chat used last, so that Enter stays theirs to press. */
export function Suggestions({ platform, draft, onPick }: SuggestionsProps) {
  const texts = useTexts();
  const pane = texts.platforms[platform];
  const isReady = suggestions.some((command) => command === draft);
  return (
    <div className={styles.suggestions}>
      <span className={styles.suggestionsTitle}>{texts.suggestions.title}</span>
      {suggestions.map((command, index) => (
        <button
          key={command}
          type="button"
          className={styles.chip}
          data-testid={`suggestion-${index}`}
          aria-label={texts.suggestions.use(command, pane)}
          onClick={() => onPick(command)}
        >
          {command}
        </button>
      ))}
      <output className={styles.ready}>{isReady ? texts.suggestions.ready(pane) : ""}</output>
    </div>
  );
}

interface TabsProps {
  platforms: readonly StagePlatform[];
  active: StagePlatform;
  unread: (platform: StagePlatform) => boolean;
  onChoose: (platform: StagePlatform) => void;
}

/** On narrow screens one chat shows at a time. */
export function ChatTabs({ platforms, active, unread, onChoose }: TabsProps) {
  const texts = useTexts();
  return (
    <nav className={styles.tabs} aria-label={texts.pane.tabs}>
      {platforms.map((platform) => (
        <button
          key={platform}
          type="button"
          className={styles.tab}
          data-testid={`tab-${platform}`}
          data-platform={platform}
          aria-pressed={platform === active}
          onClick={() => onChoose(platform)}
        >
          {texts.platforms[platform]}
          {unread(platform) && (
            <span className={styles.unread}>
              <span className="wb-hidden">{texts.pane.unread}</span>
            </span>
          )}
        </button>
      ))}
    </nav>
  );
}
