import type { Invocation, ModuleResultInput } from "#contracts/module";
import { type Outcome, succeed } from "#contracts/outcome";
import { cleanText } from "#module-kit/clean-text";
import { implementModule } from "#module-kit/module";
import { sayAndShow } from "#module-kit/say";
import { manifest } from "#modules/alerts/manifest";
import { thanksFor } from "#modules/alerts/thanks";

export const alerts = implementModule({
  manifest,
  handlers: { event: thank },
  makeDeps: () => ({}),
});

/** Display names come from outside and run over the stream, so they are cleaned first. */
async function thank({ event, settings, user }: Invocation): Promise<Outcome<ModuleResultInput>> {
  const text = thanksFor(event, manifest.settings.parse(settings), cleanText(user.name));
  return text === undefined ? succeed({ responses: [] }) : sayAndShow(text, text);
}
