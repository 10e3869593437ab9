/** A platform's variables bear its name: `SLACK_BOT_TOKEN`. A new platform needs no line here. */
export function variable(platform: string, name: string): string {
  return `${platform.toUpperCase().replaceAll("-", "_")}_${name}`;
}
