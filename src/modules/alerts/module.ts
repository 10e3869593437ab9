import type { Invocation, ModuleResultInput } from "#contracts/module";
import { type Outcome, succeed } from "#contracts/outcome";
import { cleanText } from "#module-kit/clean-text";
import { cutText } from "#module-kit/cut-text";
import { implementModule } from "#module-kit/module";
import { sayAndShow } from "#module-kit/say";
import { manifest } from "#modules/alerts/manifest";
import { alertKindOf, thanksFor } from "#modules/alerts/thanks";

export const alerts = implementModule({
  manifest,
  handlers: { event: thank },
  makeDeps: () => ({}),
});

/** Display names come from outside and run over the stream, so they are cleaned first. */
async function thank({ event, settings, user }: Invocation): Promise<Outcome<ModuleResultInput>> {
  const name = cleanText(user.name);
  const text = thanksFor(event, manifest.settings.parse(settings), name);
  if (text === undefined) return succeed({ responses: [] });
  const kind = alertKindOf(event);
  const said = sayAndShow(text, text);
  if (!said.ok || !kind || name === "") return said;
  const alert = { type: "alert" as const, kind, name: cutText(name, 100), text: cutText(text, 200) };
  return succeed({ responses: [...said.value.responses, alert] });
}
