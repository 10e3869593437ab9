export interface Npm {
  command: string;
  args: string[];
}
export function fingerprint(root: string): string;
export function ownNode(root: string): string;
export function isInstalled(root: string): boolean;
export function isInstalledByHand(root: string): boolean;
export function ensureInstalled(
  root: string,
  options: { npm?: Npm; write: (text: string) => unknown; isTerminal: boolean },
): Promise<boolean>;
export function findNpm(env: Readonly<Record<string, string | undefined>>): Npm;
export function lacksOnlyOtherSystems(root: string, output: string): boolean;
export function explainNpm(output: string): string;
