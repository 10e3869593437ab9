import { Drawer } from "@mantine/core";
import { useTexts } from "#hub/texts/use-texts.tsx";
import styles from "./page.module.css";
import type { Module } from "./page.tsx";

/** What the manifest says of a module's commands and events. */
export function ModuleDocs({ module, onClose }: { module: Module; onClose: () => void }) {
  const { modules: texts, commands, parts } = useTexts();
  const levels: Readonly<Record<string, string>> = commands.levels;
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={texts.docsOf(module.title)}
      closeButtonProps={{ "aria-label": parts.close }}
    >
      <div className={styles.docs} data-testid="module-docs">
        <p>{module.description}</p>
        {module.commands.length > 0 && (
          <section>
            <h3>{texts.commands}</h3>
            <dl>
              {module.commands.map((one) => (
                <div key={one.command}>
                  <dt>
                    <code>{one.usage}</code>
                  </dt>
                  <dd>
                    {`${one.description} (${levels[one.permission_level] ?? one.permission_level})`}
                    {one.aliases.length > 0 && ` · ${one.aliases.join(", ")}`}
                    {one.examples.length > 0 && (
                      <ul aria-label={texts.examples}>
                        {one.examples.map((example) => (
                          <li key={example}>
                            <code>{example}</code>
                          </li>
                        ))}
                      </ul>
                    )}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        )}
        {module.events.length > 0 && (
          <section>
            <h3>{texts.events}</h3>
            <p>{module.events.join(", ")}</p>
          </section>
        )}
      </div>
    </Drawer>
  );
}
