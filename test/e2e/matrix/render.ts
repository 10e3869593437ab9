import type { Operation } from "#test/e2e/matrix/operations";
import { overrides } from "#test/e2e/matrix/overrides";
import { matrixRoles, type Seat } from "#test/e2e/matrix/world";

/** What one role was answered in its own community, in a foreign one and in one that never was. */
export interface Found {
  operation: Operation;
  seat: Seat;
  own: { status: number };
  foreign: { status: number };
  absent: { status: number };
}

export const howToUpdate =
  "UPDATE_MATRIX=1 npm test -- --layer=e2e test/e2e/tenant-matrix.e2e.test.ts writes it anew";

/** The evidence as a page: a row an operation, a column a role. */
export function renderMatrix(found: readonly Found[]): string {
  const head = ["operation", ...matrixRoles].join(" | ");
  const byOperation = [...Map.groupBy(found, ({ operation }) => operation)];
  const lines = byOperation.map(([{ name }, cells]) => {
    const shown = matrixRoles.map((role) => {
      const cell = cells.find(({ seat }) => seat.role === role);
      return cell ? `${cell.own.status} ${cell.foreign.status} ${cell.absent.status}` : "";
    });
    return `| \`${name}\` | ${shown.join(" | ")} |`;
  });
  const exceptions = byOperation.flatMap(([{ name, isPublic }]) => [
    ...(isPublic ? [`- \`${name}\` asks nobody who they are.`] : []),
    ...sentence(name, overrides[name]?.isOpenToAll, "is open to all"),
    ...sentence(name, overrides[name]?.inVain, "is served to nobody here"),
    ...sentence(name, overrides[name]?.changesNothing, "leaves no audit row"),
  ]);
  return `# Who is answered what, everywhere

Found by \`test/e2e/tenant-matrix.e2e.test.ts\`, which asks every operation of the OpenAPI document and fails when this page
says otherwise. After a change of routes \`${howToUpdate.replace(" writes it anew", "")}\` writes it anew.

Three numbers a cell: the answer in the caller's own community, in a foreign one, in one that never was. The foreign one must be
answered as if it were not there. Whoever administers the house (super-admin) has no foreign communities.

| ${head} |
| ${["operation", ...matrixRoles].map(() => "---").join(" | ")} |
${lines.join("\n")}

## Exceptions, and why

${exceptions.join("\n")}
`;
}

function sentence(name: string, why: string | undefined, what: string): string[] {
  return why === undefined ? [] : [`- \`${name}\` ${what}: ${why}.`];
}

const row = /^\| `([^`]+)` \|.*$/gm;
const rowsOf = (page: string) => new Map([...page.matchAll(row)].map(([line, name = ""]) => [name, line]));

export function keptOperations(page: string): ReadonlySet<string> {
  return new Set(rowsOf(page).keys());
}

/** Rows that differ from the kept ones or are there no more, and operations the kept page does not know yet. */
export function compareMatrix(kept: string, found: string): { changed: string[]; unknown: string[] } {
  const [known, now] = [rowsOf(kept), rowsOf(found)];
  const changed = [...known].flatMap(([name, line]) => {
    const other = now.get(name);
    return other === line ? [] : [`${line} → ${other ?? "no such operation"}`];
  });
  return { changed, unknown: [...now.keys()].filter((name) => !known.has(name)) };
}
